-- What is asked for happens at once, without a Cancelling in between; only
-- what has finished stays as it is. A policy in its other form, as a function.

local finished = { Complete = true, Failed = true, Cancelled = true }

return function(job, request)
  if finished[job.status] then
    return nil, errors.JobFinished
  end
  return request.status
end
