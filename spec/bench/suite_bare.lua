-- The tests of the suite in a loop, without busted: prints the seconds that they
-- take. SUITE_URL is as in suite_tests.lua.

local suite  = require "spec.bench.suite_world"
local socket = require "socket"

local url = os.getenv("SUITE_URL") or ""
local world = suite.open(url ~= "" and url or nil)

local begun = socket.gettime()
for i = 1, suite.TESTS do
  world.take()
  suite.test(world, i)
  world.restore()
end
print(socket.gettime() - begun)
