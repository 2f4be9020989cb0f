--- Samples for a function of a policy, whose answers nobody can list: jobs and
--- requests that differ in what functions look at.

local HOUR = 3600
local CROWD = 20 -- jobs of each status

local M = {}

---@class jobgate.matrix.Sample
---@field host jobgate.Host that is asked: others have other jobs
---@field job table fields of the job
---@field request table fields of the request
---@field later integer seconds after the beginning of the clock

--- What differs. A clock begins on a Thursday at midnight, UTC.
local priorities = { 0, 100 }
local confirmations = { false, true }
local times = { 0, 9 * HOUR, 14 * HOUR, 20 * HOUR, 57 * HOUR }
local reasons = { "", "why", "OPS-123: why" }

--- Every combination, on the host itself.
local function combinations(host, statuses_reasons)
  local list = {}
  for _, reason in ipairs(statuses_reasons) do
    for _, later in ipairs(times) do
      for _, priority in ipairs(priorities) do
        for _, confirmation in ipairs(confirmations) do
          list[#list + 1] = {
            host = host, later = later, request = { reason = reason },
            job = { priority = priority, confirmation_required = confirmation },
          }
        end
      end
    end
  end
  return list
end

--- Reasons that the policy itself declares come on top.
local function reasons_of(host)
  local list = table.move(reasons, 1, #reasons, 1, {})
  local declared = assert(host:policy()).declared
  for _, reason in ipairs(declared and declared.reasons or {}) do
    list[#list + 1] = reason
  end
  return list
end

local function put_crowd(space)
  local jobs = assert(space:jobs())
  for _, job in ipairs(jobs) do
    for i = 1, CROWD do
      assert(space:put { id = ("%s-%d"):format(job.id, i), status = job.status })
    end
  end
end

--- Samples for jobs of the host, which has one of each status. The function gives
--- those for a job of `status`: its id is the same.
---@param host jobgate.Host
---@return fun(status: string): jobgate.matrix.Sample[]
function M.new(host)
  local alone, list
  return function(status)
    if not list then
      alone = assert(host:space "alone")
      local crowd = assert(host:space "crowd")
      put_crowd(crowd)
      list = combinations(host, reasons_of(host))
      for _, space in ipairs { alone, crowd } do
        list[#list + 1] = { host = space, later = 0, request = {}, job = {} }
      end
    end
    alone:delete()
    assert(alone:put { id = status, status = status })
    return list
  end
end

--- A question about a sample.
---@param sample jobgate.matrix.Sample|nil nil: the question as it is
---@param question jobgate.Question
---@return jobgate.Question
function M.question(sample, question)
  if not sample then
    return question
  end
  local job, request = {}, {}
  for _, fields in ipairs { question.job, sample.job } do
    for name, value in pairs(fields) do
      job[name] = value
    end
  end
  for _, fields in ipairs { question.request, sample.request } do
    for name, value in pairs(fields) do
      request[name] = value
    end
  end
  local now = question.job.status_time
  if request.operation == "tick" then
    job.status_time, request.reason = now + sample.later, nil
  elseif request.operation then
    request.reason = nil
  end
  request.time = (request.time or now) + sample.later
  question.job, question.request = job, request
  return question
end

return M
