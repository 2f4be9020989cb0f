-- A client in Lua that cancels a job and tries again when the service is not
-- available, against a double in its own process.
local jobgate = require "jobgate"

--- The client: `request` sends what it is given, however it does so.
local function cancel(request, id, tries)
  local answer = request {
    method = "POST", target = "/jobs/" .. id .. "/status?requestedJobStatus=Cancelled",
    headers = { ["x-cos-appid"] = "1250000000" },
  }
  return answer.status >= 500 and tries > 1 and cancel(request, id, tries - 1) or answer
end

describe("a client that cancels", function()
  it("does so, though the service is not available at first", function()
    local host <close> = assert(jobgate.open { jobs = { a = { status = "Active" } } })
    assert(host:put_rule { job = "a", to = "Cancelled", refuse = "E23", times = 1 })
    local function request(what) return host:request(what) end
    assert.accepted("Cancelling", cancel(request, "a", 3))
    assert(host:advance_until("a", "Cancelled"))
    assert.equal("Cancelled", host:describe("a"):find "Status")
    assert.verified({ job = "a", requested = "Cancelled", times = 2 }, host)
  end)
end)
