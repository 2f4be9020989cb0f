--- A scenario in the words of a real endpoint: its host and account, jobs that it has,
--- tokens that nobody has used, a manifest and a role that are there, and signatures of
--- now.

local core = require "jobgate.core"
local escape = require "jobgate.escape"
local jobs = require "jobgate.conformance.endpoint_jobs"
local merged = require "jobgate.conformance.merged"
local scenarios = require "jobgate.conformance.scenarios"

local VALID = 900 -- seconds that a signature holds
local START = scenarios.beginning(scenarios.CLOCK)

local function plain(text)
  return (text:gsub("%p", "%%%0"))
end

--- A text that stands for itself where something is replaced by it.
local function replacement(text)
  return (text:gsub("%%", "%%%%"))
end

--- What stands for each id that a scenario arranges, wherever the id stands alone.
local function with_ids(value, ids)
  if type(value) == "string" then
    for id, real in pairs(ids) do
      if value == id then
        return real
      end
      value = value:gsub("(/jobs/)" .. plain(id) .. "%f[/?\0]", "%1" .. replacement(real))
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

--- Columns: option of conform; its element; what is in it in the sample.
local SAMPLES = {
  { "role_arn", "<RoleArn>%s</RoleArn>",
    "qcs::cam::uin/100000000001:roleName/COS_Batch_QcsRole" },
  { "manifest_arn", "<ObjectArn>%s</ObjectArn>",
    "qcs::cos:ap-chengdu::sourcebucket-1250000000/manifests/batch-copy-manifest.csv" },
  { "manifest_etag", "<ETag>&quot;%s&quot;</ETag>", "15150651828fa9cdcb8356b6d1c7638b" },
  { "report_bucket", "<Bucket>%s</Bucket>", "qcs::cos:ap-chengdu::sourcebucket-1250000000" },
  { "target_resource", "<TargetResource>%s</TargetResource>",
    "qcs::cos:ap-chengdu::destinationbucket-1250000000" },
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
    local option, element, given = table.unpack(sample)
    text = words[option] and text:gsub(plain(element:format(given)),
      replacement(element:format(escape.xml(words[option])))) or text
  end
  if not nonce then
    return text
  end
  return (text:gsub("<ClientRequestToken>([^<]*)</ClientRequestToken>", function(token)
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
      value = value:gsub(plain(sum), replacement(core.md5(sent)))
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
      return number and math.abs(number - START) < 1e5 and tostring(number - START + now) or nil
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
    options.fields[name] = value
      and value:gsub(plain(own.secret_id), replacement(key.secret_id))
  end
  return merged({ secret_id = key.secret_id, secret_key = key.secret_key, token = key.token,
    time = ("%d;%d"):format(now, now + VALID) }, options)
end

--- What no client can know, or what is otherwise on every server.
local UNKNOWN = { "body", "length", "decoded", "detail", "closed", "count", "headers", "events" }

--- What is expected, as far as a client can know it.
local function expectation(expect, arranged)
  local all = merged(expect)
  for _, name in ipairs(UNKNOWN) do
    all[name] = nil
  end
  local shown = all.elements and all.elements["Job/Status"]
  if shown and not jobs.is_stable(shown) then
    all.elements = merged(all.elements)
    all.elements["Job/Status"] = nil -- what passes may have passed before it is looked at
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
    if all.job.status and not jobs.is_stable(all.job.status) then
      all.job.status = nil
    end
  end
  return all
end

return {
  with_ids = with_ids, body = body, headers = headers,
  sign_options = sign_options, expectation = expectation,
}
