--- Jobs as they are written by hand, a list of them or by their ids, as a list: that
--- by ids in their order.
---@param jobs jobgate.Job[]|table<string, jobgate.Job>
---@return jobgate.Job[]
local function job_list(jobs)
  if #jobs > 0 or next(jobs) == nil then
    return jobs
  end
  local ids, list = {}, {}
  for id in pairs(jobs) do
    ids[#ids + 1] = id
  end
  table.sort(ids)
  for i, id in ipairs(ids) do
    local job = { id = id }
    for name, value in pairs(jobs[id]) do
      job[name] = value
    end
    list[i] = job
  end
  return list
end

return job_list
