--- Which scenarios a real endpoint can be asked: what needs more than a client can do, or
--- cannot be said in its words (conformance.endpoint_words), is not run.

local scenarios = require "jobgate.conformance.scenarios"

local VALID = 900 -- seconds that a signature holds
local START = scenarios.beginning(scenarios.CLOCK)

local function not_run(why)
  error({ not_run = why }, 0)
end

--- What a job may be given there; a reason is not arranged, and not asked for.
local GIVEN = { id = true, status = true, priority = true, confirmation_required = true,
  reason = true, client_request_token = true, description = true, manifest = true }

local LONG, LARGE = 4000, 65000 -- bytes near a limit, where an id or a token more is too much

local function decoded(text)
  return (text:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

local function plain(text)
  return (text:gsub("%p", "%%%0"))
end

--- The part of a target that names a job of this id.
local function place(id)
  return "(/jobs/)" .. plain(id) .. "%f[/?\0]"
end

--- Does a scenario ask for this job?
---@param scenario table
---@param job table as it is arranged
---@return boolean
local function mentions(scenario, job)
  local id = job.id
  for _, step in ipairs(scenario.steps) do
    local target = step.given and step.given.target or ""
    local token = job.client_request_token and (">%s<"):format(job.client_request_token)
    if step.reach == id or target:find(place(id))
      or token and (step.given and step.given.body or ""):find(token, 1, true) then
      return true
    elseif decoded(target):find(place(id)) then
      not_run "it writes a JobId in another way"
    end
  end
  return false
end

local function check_arranged(scenario, has_key)
  local arrange = scenario.arrange
  if arrange.policy or arrange.policy_source then
    not_run "the target cannot be given a policy"
  elseif arrange.clock then
    not_run "the target cannot be given a clock"
  elseif arrange.seed then
    not_run "the target cannot be given a seed"
  elseif arrange.credentials and not has_key then
    not_run "it is about signatures: --credentials FILE"
  elseif arrange.credentials and (#arrange.credentials > 1 or arrange.credentials[1].appid
    or arrange.credentials[1].operations or arrange.credentials[1].token) then
    not_run "the target cannot be given keys"
  end
  for _, job in ipairs(arrange.jobs or {}) do
    for name in pairs(mentions(scenario, job) and job or {}) do
      if not GIVEN[name] then
        not_run("a job cannot be given its " .. name .. " there")
      end
    end
  end
end

local function check_headers(given, has_key)
  for _, header in ipairs(given.headers or {}) do
    local name, value = header[1]:lower(), header[2]
    if name == "host" and value ~= "h" then
      not_run "the Host must be the target's"
    elseif name == "x-cos-appid" and value ~= scenarios.APPID and value ~= ""
      and (has_key or value:find "^%d+$" and #value <= 64) then
      not_run "it is about another account"
    elseif value:find " GMT$" then
      not_run "it is about a time of its own"
    end
  end
end

--- Is an element expected to be a time?
local function shows_time(expect)
  for _, value in pairs(expect.elements or {}) do
    if value and value:find "^%d%d%d%d%-%d%d%-%d%dT" then
      return true
    end
  end
  return false
end

--- Is a signature about the second in which it ends, or begins?
local function is_close(given)
  local time = type(given.sign) == "table" and given.sign.time or ""
  local from, to = time:match "^(%d+);(%d+)$"
  return from and (math.abs(to - START) <= 2 or math.abs(from - START - VALID) <= 2)
end

local function check_request(given, expect, has_key)
  local lists = given.method == "GET" and given.target:find "^/jobs%f[?\0]"
  if not given.target:find "^/" or given.host then
    not_run "the Host must be the target's"
  elseif #given.target > LONG or #(given.body or "") > LARGE then
    not_run "it must have just so many bytes"
  elseif shows_time(expect) then
    not_run "it is about a time of its own"
  elseif is_close(given) then
    not_run "it is about a second"
  elseif lists and expect.status == 200 and (expect.elements or expect.body) then
    not_run "ListJobs shows the account's other jobs as well"
  end
  check_headers(given, has_key)
end

local function check_step(step, has_key)
  if step.advance or step.settle then
    not_run "the target's clock cannot be moved"
  elseif step.change then
    not_run "a job cannot be changed there"
  elseif step.given and not step.is_api then
    not_run "it is about the control API"
  elseif step.given then
    check_request(step.given, step.expect, has_key)
  end
end

--- Raises why a scenario cannot be run there.
---@param scenario table
---@param key table|nil
local function check(scenario, key)
  if not scenario.over_http then
    not_run "no client can send this over HTTP"
  end
  check_arranged(scenario, key ~= nil)
  if key and not scenario.arrange.credentials and scenarios.is_signed(scenario) then
    not_run "it has a signature of its own"
  end
  for _, step in ipairs(scenario.steps) do
    check_step(step, key ~= nil)
  end
end

return { check = check, mentions = mentions }
