--- Journals to make reports of, each of a host that something has been done to.

local jobgate = require "jobgate"
local submissions = require "jobgate.conformance.submissions"

local M = {}

--- Faults of every kind but one, a rule that breaks, a code of its own, names that
--- are markup; else as documented.
local EVERYTHING = [[return {
  { on = "DescribeJob", job = "slowly", delay = 5, times = 2, name = "slow link" },
  { from = "Active", to = "Cancelled", drop = "after", times = 1, name = "</style>" },
  { from = "Paused", to = "Ready", refuse = errors.SlowDown, name = "busy" },
  { from = "Failing", to = "Ready", become = function() return 1 end },
  { on = "ListJobs", garble = 1, truncate = 100, times = 1, name = "line noise" },
  { from = "Paused", to = "Cancelled", refuse = { http = 409, code = "Mine", message = "no" } },
  table.unpack(require "documented"),
}]]

local JOBS = {
  j1 = { status = "Suspended" }, j2 = { status = "Active" }, j3 = { status = "Paused" },
  j4 = { status = "Failing" }, done = { status = "Complete" }, slowly = { status = "New" },
}

--- Does what stands here to a host whose journal is written; its path is in `path`,
--- and it is removed when its scope ends.
---@param act fun(host: jobgate.Host)
---@param policy_source string|nil the documented policy, with the above, when absent
---@return { path: string }
function M.journal(act, policy_source)
  local path = os.tmpname()
  os.remove(path)
  local host <close> = assert(jobgate.open {
    seed = 1, journal = path, jobs = JOBS, policy_source = policy_source or EVERYTHING,
  })
  act(host)
  return setmetatable({ path = path }, { __close = function() os.remove(path) end })
end

--- Requests of all kinds.
---@param host jobgate.Host
function M.everything(host)
  local function get(target, method)
    host:request { method = method or "GET", target = target,
                   headers = { ["x-cos-appid"] = host.APPID } }
  end
  host:update("j1", "Ready", "go on")
  host:update("j1", "Ready", "again")
  host:update("j2", "Cancelled", "wrong bucket")
  host:update("j3", "Ready")
  host:update("j4", "Ready")
  host:update("done", "Cancelled")
  host:describe "slowly"
  get "/jobs/<script>alert(1)</script>"
  get "/jobs/\xff\xfe"
  get("/nothing?q-sign-algorithm=sha1&q-ak=AKID&q-signature=abcdef", "PATCH")
  get "/jobs?maxResults=0"
  get "/jobs?jobStatuses=New"
  host:prioritise("missing", 1)
  for _ = 1, 5 do
    host:describe "slowly"
    host:advance(1)
  end
  host:create(submissions.body())
  host:create(submissions.body { ClientRequestToken = "another" })
  host:update("j3", "Cancelled")
  host:delete_job "done"
  host:settle()
  for _, id in ipairs { "j1", "j2", "slowly" } do
    host:describe(id)
  end
  host:list()
end

return M
