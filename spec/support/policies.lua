--- Policies in specs: out of a text or out of files, and what came of them.

local jobgate = require "jobgate"

local M = {}

M.statuses = {
  "Active", "Cancelled", "Cancelling", "Complete", "Completing", "Failed",
  "Failing", "New", "Paused", "Pausing", "Preparing", "Ready", "Suspended",
}

--- What rules may be about, as `on` names it.
M.operations = {
  "UpdateJobStatus", "CreateJob", "DescribeJob", "ListJobs", "UpdateJobPriority", "DeleteJob",
  "tick",
}

--- All keys of a rule, in the order in which messages name them.
M.keys = {
  "on", "from", "to", "job", "appid", "when", "chance", "times", "per", "after", "become", "refuse",
  "set", "progress", "delay", "slow", "drop", "truncate", "garble", "name", "because",
}

--- The readings, as the control API lists them.
---@return table[]
function M.readings()
  local host <close> = assert(jobgate.open())
  return assert(host:control("GET", "readings")).readings
end

--- Why a policy does not load.
---@param source string
---@return string
function M.load_error(source)
  local policy, why = jobgate.policy { source = source }
  if policy then
    policy.close()
    error("this policy loads:\n" .. source, 2)
  end
  return why
end

--- The end of every list of rules in these specs: UpdateJobStatus is refused.
M.REFUSES = "{ refuse = errors.E15 }"

--- A host with a policy out of a text, and one Active job j1.
---@param source string
---@param jobs table|nil
---@return jobgate.Host
function M.host(source, jobs)
  return assert(jobgate.open {
    policy_source = source, jobs = jobs or { j1 = { status = "Active" } } })
end

--- Run lines of Lua in the sandbox, in a decision, and give what they return,
--- as text; or nil and the message of what they raise.
---@param lines string
---@param jobs table|nil
---@return string|nil, string|nil
function M.run(lines, jobs)
  local policy = assert(jobgate.policy({ source = ([[
return { { refuse = errors.E15, set = function(job, request)
  local function run() %s
  end
  return { result = tostring(run()) }
end } }]]):format(lines) }, { jobs = jobs }))
  local ok, why, _, _, data = pcall(policy.decide, { status = "Active" }, { status = "Ready" })
  policy.close()
  if ok then
    return data.result
  end
  return nil, (why:gsub("\n.*", ""))
end

--- A folder of its own for files of policies. Its fields: path; its methods:
--- write(name, text), and remove() at the end.
function M.folder()
  local path = os.tmpname()
  os.remove(path)
  assert(os.execute("mkdir " .. path))
  local folder = { path = path }
  function folder.write(name, text)
    local file = assert(io.open(path .. "/" .. name, "wb"))
    assert(file:write(text))
    file:close()
    return path .. "/" .. name
  end
  function folder.remove()
    assert(os.execute("rm -r " .. path))
  end
  return setmetatable(folder, { __close = folder.remove })
end

return M
