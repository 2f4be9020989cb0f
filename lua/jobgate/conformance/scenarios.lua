--- The scenarios of conformance/scenarios: plain data, read and checked. The specs and
--- `jobgate conform` run them.
---
--- A scenario says what is arranged, what is sent and what must come back:
---
---     { id = "E05-other-word",                -- unique
---       title = "...",                        -- a sentence
---       rows = { "E05", "E40" },              -- of the reference, or rules W..
---       from = "documented",                  -- or "observed", or "ours"
---       source = "38610; SEED",               -- where that stands
---       job = "Suspended",                    -- one job j1 of that status; or:
---       arrange = { jobs, policy, policy_source, clock, seed, readings,
---                   credentials },              -- a list: checking is on
---       depends = { "finished_job" },         -- other readings than arrange
---                                             -- names that change the outcome
---       doors = { "process" },                -- when not through both
---       request = { ... }, expect = { ... },  -- one step; or:
---       steps = { ... } }
---
--- A step is one of
---
---     { request = { method, target, headers, body, host, version, sign }, expect }
---     { change = "j1", fields = { status = "Suspended" }, expect = { job } }
---     { advance = 60, expect = { events, job } }    -- seconds
---     { reach = "j1", status = "Complete" }         -- advance until then
---     { settle = true }                             -- until nothing is due
---
--- A request is a POST with x-cos-appid 1250000000 unless it says otherwise;
--- headers are pairs. Host and Content-Length are filled in, and Content-MD5
--- with the body of a CreateJob (md5 = false: not), unless the request has
--- framing = false. Then it is signed, with `sign`: true, or the options of
--- jobgate.sign. Those that it leaves out are those of the credential with its
--- secret_id, or of the first one (token = false: none is sent), and the time is
--- the 15 minutes from where the clock begins. "{1}" stands for the first job that
--- was created on the way, wherever a step names it and signs nothing.
---
--- Of an answer `expect` gives status, code, row (of the journal), elements by
--- name (false: absent), body (byte by byte), length (of the body), match (Lua
--- patterns for the body), headers (false: absent), decoded (patterns for
--- headers that are base64), detail (patterns for the journal's detail of a
--- refusal) and closed (over HTTP: does the server close?); and of what there is
--- afterwards job (its fields; false: absent) and count (how many jobs).
--- `events` are what has fired: "j1 New Preparing".

local core = require "jobgate.core"
local dates = require "jobgate.conformance.dates"
local sign = require "jobgate.sign"

--- In the order of the reference.
local FILES = {
  "errors", "rows", "routing", "parameters", "reason", "identity", "transitions", "statuses",
  "life", "priority", "describe", "list", "create", "elements", "delete", "output", "samples",
  "framing", "readings", "signatures", "keys", "digest",
}

local APPID = "1250000000"
local HOST = "100000000001.cos-control.ap-chengdu.myqcloud.com"
local CLOCK = "manual@2026-01-01T00:00:00Z" -- where a manual clock begins
local VALID = 900 -- seconds that a signature holds

local function set(words)
  local all = {}
  for word in words:gmatch "%S+" do
    all[word] = true
  end
  return all
end

local KEYS = {
  scenario = set "id title rows from source job arrange depends doors request expect steps",
  arrange = set "jobs policy policy_source clock seed readings credentials",
  step = set "request change fields advance reach status settle expect",
  request = set "method target headers body host version framing md5 sign",
  sign = set("secret_id secret_key token time key_time headers parameters form as fields"),
  expect = set("status code row elements body length match headers decoded detail closed job "
    .. "count events"),
}
local FROM = set "documented observed ours"

local function check_keys(where, kind, value)
  for key in pairs(value) do
    if not KEYS[kind][key] then
      error(("%s: %s: unknown key '%s'"):format(where, kind, tostring(key)))
    end
  end
end

--- The headers that a client fills in, behind those that are given.
local function fill_in(headers, named, request, given)
  local body = request.body
  if not named.host then
    table.insert(headers, 1, { "Host", given.host or HOST })
  end
  if body and request.target == "/jobs" and given.md5 ~= false and not named["content-md5"] then
    table.insert(headers, { "Content-MD5", core.md5(body) })
  end
  if not named["content-length"] and not named["transfer-encoding"]
    and (request.method == "POST" or body) then
    table.insert(headers, { "Content-Length", tostring(#(body or "")) })
  end
end

--- The Unix seconds where a clock begins, "manual@2026-01-01T00:00:00Z".
local function beginning(clock)
  local year, month, day, hour, minute, second =
    clock:match "@(%d+)%-(%d+)%-(%d+)T(%d+):(%d+):(%d+)Z$"
  return dates.seconds(tonumber(year), tonumber(month), tonumber(day), tonumber(hour),
    tonumber(minute), tonumber(second))
end

--- The options of jobgate.sign, with what `arrange` has for those left out.
local function sign_options(given, arrange)
  given = given == true and {} or given
  local credential = arrange.credentials[1]
  for _, other in ipairs(arrange.credentials) do
    credential = other.secret_id == given.secret_id and other or credential
  end
  local from = beginning(arrange.clock or CLOCK)
  local options = {
    secret_id = credential.secret_id, secret_key = credential.secret_key,
    token = credential.token, time = ("%d;%d"):format(from, from + VALID),
  }
  for key, value in pairs(given) do
    options[key] = value
  end
  return options
end

--- A request with everything said, the same for every door.
---@param given table as a scenario has it
---@param arrange table
---@return table
local function complete_request(given, arrange)
  local headers, named = {}, {}
  for i, header in ipairs(given.headers or { { "x-cos-appid", APPID } }) do
    headers[i], named[header[1]:lower()] = header, true
  end
  local request = {
    method = given.method or "POST", target = given.target,
    version = given.version, body = given.body, headers = headers,
  }
  if given.framing == false then
    request.no_host = not named.host
  else
    fill_in(headers, named, request, given)
  end
  return given.sign and (sign(request, sign_options(given.sign, arrange))) or request
end

local function complete_step(where, step, arrange)
  local expect = step.expect
  check_keys(where, "step", step)
  if expect then
    check_keys(where, "expect", expect)
  end
  if not step.request then
    assert(step.change or step.advance or step.reach or step.settle,
      where .. ": a step that does nothing")
    return step
  end
  check_keys(where, "request", step.request)
  assert(not (step.request.sign and step.request.target:find "{%d"),
    where .. ": what is signed must be known before")
  if type(step.request.sign) == "table" then
    check_keys(where, "sign", step.request.sign)
  end
  local is_api = not step.request.target:find "^/_jobgate/"
  assert(expect and expect.status, where .. ": a request without an expected status")
  if is_api and expect.status >= 400 then
    assert(expect.code and expect.row, where .. ": a refusal needs code and row")
  end
  return { request = complete_request(step.request, arrange), given = step.request,
    expect = expect, is_api = is_api }
end

--- A scenario's steps once more, for a clock that begins somewhere else ("x@TIME").
---@param scenario table
---@param clock string
---@return table[]
local function complete_steps(scenario, clock)
  local arrange, steps = {}, {}
  for name, value in pairs(scenario.arrange) do
    arrange[name] = value
  end
  arrange.clock = clock
  for i, step in ipairs(scenario.steps) do
    steps[i] = step.given and complete_step(scenario.id,
      { request = step.given, expect = step.expect }, arrange) or step
  end
  return steps
end

--- Has a request a signature already, or a part of one?
---@param scenario table
---@return boolean
local function is_signed(scenario)
  for _, step in ipairs(scenario.steps) do
    local request = step.request or { target = "", headers = {} }
    if request.target:find "[?&]q%-" or request.target:find "x%-cos%-security%-token" then
      return true
    end
    for _, header in ipairs(request.headers) do
      if header[1]:lower() == "authorization" then
        return true
      end
    end
  end
  return false
end

--- The names of the readings that the outcome depends on, as a set.
local function dependencies(given)
  local all = {}
  for _, name in ipairs(given.depends or {}) do
    all[name] = true
  end
  for name in pairs(given.arrange and given.arrange.readings or {}) do
    all[name] = true
  end
  return all
end

local function is_in(list, word)
  for _, other in ipairs(list) do
    if other == word then
      return true
    end
  end
  return false
end

local function complete(where, given)
  check_keys(where, "scenario", given)
  assert(given.title and #given.rows > 0 and FROM[given.from] and given.source,
    where .. ": title, rows, from and source must be given")
  check_keys(where, "arrange", given.arrange or {})
  assert(not (given.job and given.arrange), where .. ": job or arrange, not both")
  local scenario = {
    id = given.id, rows = given.rows, doors = given.doors or { "process", "http" },
    summary = given.title, from = given.from, source = given.source,
    title = ("%s: %s (%s: %s)"):format(table.concat(given.rows, " "), given.title,
      given.from, given.source),
    over_http = not given.doors or is_in(given.doors, "http"),
    arrange = given.arrange or { jobs = { { id = "j1", status = given.job } } },
    depends = dependencies(given),
    steps = {},
  }
  for i, step in ipairs(given.steps or { { request = given.request, expect = given.expect } }) do
    scenario.steps[i] = complete_step(where .. ", step " .. i, step, scenario.arrange)
  end
  return scenario
end

--- All scenarios, completed: in the order of the files and in each file's own.
---@return table[]
local function load_all()
  local all, seen = {}, {}
  for _, file in ipairs(FILES) do
    for i, given in ipairs(require("jobgate.conformance.scenarios." .. file)) do
      local where = ("%s.lua: %s"):format(file, given.id or "entry " .. i)
      assert(given.id and not seen[given.id], where .. ": id is missing or taken")
      seen[given.id] = true
      all[#all + 1] = complete(where, given)
    end
  end
  return all
end

return {
  load = load_all, files = FILES, complete_request = complete_request,
  complete_steps = complete_steps, is_signed = is_signed, beginning = beginning,
  APPID = APPID, HOST = HOST, CLOCK = CLOCK,
}
