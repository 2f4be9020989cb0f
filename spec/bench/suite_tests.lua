-- The suite that is measured, for busted: a thousand tests, each between taking
-- a snapshot and going back to it. SUITE_URL is where the double serves; it is in
-- this process when that is empty.

local suite = require "spec.bench.suite_world"

describe("a job", function()
  local url = os.getenv("SUITE_URL") or ""
  local world = suite.open(url ~= "" and url or nil)

  before_each(world.take)
  after_each(world.restore)

  for i = 1, suite.TESTS do
    it("is cancelled, described and listed, the " .. i .. "th time", function()
      suite.test(world, i)
    end)
  end
end)
