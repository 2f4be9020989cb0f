--- A scenario in the words of a real endpoint: its host and account, jobs that it has,
--- tokens that nobody has used, a manifest and a role that are there, and signatures of
--- now. What cannot be said so is not run.

local core = require "jobgate.core"
local merged = require "jobgate.conformance.merged"
local scenarios = require "jobgate.conformance.scenarios"

local VALID = 900 -- seconds that a signature holds
local START = scenarios.beginning(scenarios.CLOCK)

local function not_run(why)
  error({ not_run = why }, 0)
end

--- ---- what cannot be said -------------------------------------------------------

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

--- ---- saying it --------------------------------------------------------------------

--- What stands for each id that a scenario arranges, wherever the id stands alone.
local function with_ids(value, ids)
  if type(value) == "string" then
    for id, real in pairs(ids) do
      if value == id then
        return real
      end
      value = value:gsub(place(id), "%1" .. real:gsub("%%", "%%%%"))
    end
    return value
  elseif type(value) ~= "table" then
    return value
  end
  local copy = {}
  for key, inner in pairs(value) do
    copy[key] = with_ids(inner, ids)
  end
  return copy
end

--- Columns: option of conform; what stands for it in the sample.
local SAMPLES = {
  { "role_arn", "qcs::cam::uin/100000000001:roleName/COS_Batch_QcsRole" },
  { "manifest_arn", "qcs::cos:ap-chengdu::sourcebucket-1250000000/manifests/batch-copy-manifest.csv" },
  { "manifest_etag", "15150651828fa9cdcb8356b6d1c7638b" },
  { "report_bucket", "qcs::cos:ap-chengdu::sourcebucket-1250000000" },
  { "target_resource", "qcs::cos:ap-chengdu::destinationbucket-1250000000" },
}

--- A token that was never used, as long as this one where that can be.
local function unused(token, nonce)
  if #token == 0 or #token > 64 or token:find "[<&]" then
    return token
  end
  local made = ("%s-%s"):format(nonce, token)
  return #made <= 64 and made or (nonce .. token):sub(1, #token)
end

--- A body with what is there instead of what the sample has.
---@param text string|nil
---@param words table<string, string> see SAMPLES
---@param nonce string|nil stands in its token; nil: that is one that nobody has used
---@param tokens table<string, string> what stands for those that jobs have
---@return string|nil
local function body(text, words, nonce, tokens)
  if not text then
    return nil
  end
  for _, sample in ipairs(SAMPLES) do
    local real = words[sample[1]]
    text = real and text:gsub(plain(sample[2]), (real:gsub("%%", "%%%%"))) or text
  end
  return (not nonce and text or text:gsub("<ClientRequestToken>([^<]*)</ClientRequestToken>", function(token)
    return ("<ClientRequestToken>%s</ClientRequestToken>"):format(
      tokens[token] or unused(token, nonce))
  end))
end

--- Headers with the target's host, its account, and the sum of the body that is sent.
---@param given table as a scenario has it
---@param sent string|nil the body
---@param host string
---@param appid string|nil
---@return string[][]
local function headers(given, sent, host, appid)
  local all, sum = {}, given.body and core.md5(given.body)
  for i, header in ipairs(given.headers or { { "x-cos-appid", scenarios.APPID } }) do
    local name, value = header[1], header[2]
    if name:lower() == "host" and value == "h" then
      value = host
    elseif name:lower() == "x-cos-appid" and value == scenarios.APPID then
      value = appid or value
    elseif name:lower() == "content-md5" and sum then
      value = value:gsub(plain(sum), (core.md5(sent):gsub("%%", "%%%%")))
    end
    all[i] = { name, value }
  end
  return all
end

--- Times near the one where the scenarios' clock begins, as near to now.
local function with_times(value, now)
  if type(value) == "string" then
    return (value:gsub("%d+", function(digits)
      local number = #digits == 10 and tonumber(digits)
      return number and math.abs(number - START) < 1e5 and ("%d"):format(number - START + now) or nil
    end))
  elseif type(value) ~= "table" then
    return value
  end
  local copy = {}
  for key, inner in pairs(value) do
    copy[key] = with_times(inner, now)
  end
  return copy
end

--- How a request is signed: by the target's key, as the scenario says where it does.
---@param given table|true|nil
---@param own table|nil the key that the scenario arranges
---@param key table
---@param now integer
---@return table
local function sign_options(given, own, key, now)
  local options = with_times(given and given ~= true and given or {}, now)
  if own and options.secret_id == own.secret_id then
    options.secret_id = nil
  end
  for name, value in pairs(own and options.fields or {}) do
    options.fields[name] = value and value:gsub(plain(own.secret_id), (key.secret_id:gsub("%%", "%%%%")))
  end
  return merged({ secret_id = key.secret_id, secret_key = key.secret_key, token = key.token,
    time = ("%d;%d"):format(now, now + VALID) }, options)
end

--- What is expected, as far as a client can know it.
local function expectation(expect, arranged)
  local all = merged(expect)
  for _, name in ipairs { "body", "length", "decoded", "detail", "closed", "count", "headers", "events" } do
    all[name] = nil
  end
  if all.job then
    local id = all.job.id or "j1"
    all.job = merged(all.job)
    for _, job in ipairs(arranged) do
      if job.id == id and job.reason then
        all.job.reason = nil
      end
    end
    all.job.id = id
  end
  return all
end

return {
  check = check, mentions = mentions, with_ids = with_ids, body = body, headers = headers,
  sign_options = sign_options, expectation = expectation,
}
