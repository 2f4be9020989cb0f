--- Questions for two policies whose paths are the same: jobs and requests whose numbers
--- lie around those that stand in the policies' texts, and every hour of a day. A
--- condition that compares one of them answers differently there.

local core = require "jobgate.core"
local events = require "jobgate.explore_events"
local hosts_of = require "jobgate.explore_hosts"
local lua_tokens = require "jobgate.lua_tokens"
local rules = require "jobgate.explore_rules"
local state = require "jobgate.explore_state"

local MOST = 60 -- numbers that are tried
local HOUR, DAY = 3600, 86400
local FIELDS = { "priority", "tasks_total", "tasks_succeeded", "tasks_failed" }

local M = {}

---@class jobgate.MutateSample
---@field job table fields of the job
---@field time integer
---@field text string "priority 3"; "" as usual

--- The numbers of the texts, with their neighbours.
local function numbers_in(texts)
  local list, seen = {}, {}
  for _, text in ipairs(texts) do
    for _, token in ipairs(lua_tokens.read(text)) do
      local value = token.kind == "number" and math.tointeger(tonumber(token.text))
      for number = value and math.max(0, value - 1) or 1, value and value + 1 or 0 do
        if not seen[number] and number < 1000000000 and #list < MOST then
          seen[number], list[#list + 1] = true, number
        end
      end
    end
  end
  return list
end

--- The samples for policies with these texts.
---@param texts string[]
---@return jobgate.MutateSample[]
function M.list(texts)
  local begins = state.seconds(events.START) + 2 * DAY
  local list = { { job = {}, time = begins, text = "" } }
  for hour = 1, 23 do
    list[#list + 1] = { job = {}, time = begins + hour * HOUR,
                        text = ("at %d o'clock"):format(hour) }
  end
  list[#list + 1] = { job = { confirmation_required = true }, time = begins,
                      text = "with a confirmation" }
  for _, number in ipairs(numbers_in(texts)) do
    for _, field in ipairs(FIELDS) do
      list[#list + 1] = { job = { [field] = number }, time = begins,
                          text = ("with %s %d"):format(field, number) }
    end
  end
  return list
end

--- What is asked about a job: requests, and the tick.
local function requests_of(host)
  local list = { { operation = "tick" } }
  local declared = assert(host:policy()).declared
  for _, status in ipairs(events.REQUESTED) do
    list[#list + 1] = { operation = "UpdateJobStatus", status = status }
    for _, reason in ipairs(declared and declared.reasons or {}) do
      list[#list + 1] = { operation = "UpdateJobStatus", status = status, reason = reason }
    end
  end
  for operation in pairs(rules.facts(host).operations) do
    if operation ~= "tick" and operation ~= "UpdateJobStatus" and operation ~= "ListJobs" then
      list[#list + 1] = { operation = operation }
    end
  end
  table.sort(list, function(a, b)
    return a.operation .. (a.status or "") .. (a.reason or "")
      < b.operation .. (b.status or "") .. (b.reason or "")
  end)
  return list
end

--- An answer in a few words, without the rule that gave it.
local function brief(answer)
  if not answer then
    return "no question"
  elseif answer.fault then
    return "the policy breaks"
  elseif answer.refuse then
    return ("%d %s, %s"):format(answer.refuse.http, answer.refuse.code, answer.refuse.message)
  end
  local data = answer.data and " " .. core.encode(answer.data) or ""
  return (answer.become and "-> " .. answer.become or "accepted") .. data
end

local function open(policy, readings, crowded)
  return assert(hosts_of.open(policy, { readings = readings },
    { jobs = crowded and hosts_of.crowd() or nil }))
end

--- The first question about a sample that the two hosts answer differently.
local function ask(one, other, sample, requests)
  for _, status in ipairs(events.STATUSES) do
    local job = { id = "sample", status = status, status_time = events.START }
    for name, value in pairs(sample.job) do
      job[name] = value
    end
    for _, request in ipairs(requests) do
      request.time = sample.time
      local was = brief(one:decide { job = job, request = request })
      local now = brief(other:decide { job = job, request = request })
      if was ~= now then
        return { cell = ("%s/%s%s"):format(status, request.status or request.operation,
          sample.text ~= "" and ", " .. sample.text or ""), was = was, now = now }
      end
    end
  end
end

--- The first question that two policies answer differently, as "Ready/Cancelled, with
--- priority 3", and both answers; nil: there is none. They load under these readings.
---@param old string|{ files: string }
---@param new string|{ files: string }
---@param readings table<string, string>
---@param samples jobgate.MutateSample[]
---@return { cell: string, was: string, now: string }|nil
function M.difference(old, new, readings, samples)
  for _, crowded in ipairs { false, true } do
    local one <close> = open(old, readings, crowded)
    local other <close> = open(new, readings, crowded)
    local requests = requests_of(one)
    for _, sample in ipairs(samples) do
      local found = ask(one, other, sample, requests)
      if found then
        return found
      end
    end
  end
end

return M
