-- Every scenario, through both doors: the library's call and HTTP. What a
-- scenario is stands in spec/support/scenarios.lua.

local doors = require "support.doors"
local expect = require "jobgate.conformance.expect"
local scenarios = require "jobgate.conformance.scenarios"

local TITLES = { process = "in process", http = "over HTTP" }

-- Content-Length and Connection are the HTTP door's own business.
local HEADERS = {
  "Content-Type", "Date", "Server", "x-cos-request-id", "x-cos-trace-id", "Allow",
}

--- What must be equal, whichever the door: status, headers, body.
local function told(response, body)
  local answer = { status = response.status, body = body }
  for _, name in ipairs(HEADERS) do
    answer[name] = response:header(name) or false
  end
  return answer
end

local function compare(scenario)
  local process, http = doors.answers(scenario, "process"), doors.answers(scenario, "http")
  local i = 0
  for _, step in ipairs(scenario.steps) do
    if step.request then
      i = i + 1
      local body = http[i].body
      if step.request.method == "HEAD" then
        assert.equal("", body)
        assert.equal(tostring(#process[i].body), http[i]:header "Content-Length")
        body = process[i].body
      end
      assert.same(told(process[i], process[i].body), told(http[i], body))
    end
  end
  assert.equal(#process, i)
end

for _, scenario in ipairs(scenarios.load()) do
  describe(scenario.title, function()
    for _, name in ipairs(scenario.doors) do
      it(TITLES[name], function()
        doors.run(scenario, name, expect.step)
      end)
    end
    if #scenario.doors == 2 then
      it("with the same bytes through both doors", function()
        compare(scenario)
      end)
    end
  end)
end
