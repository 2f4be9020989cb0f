--- Rules in front that are not about what is asked: what do they cost the
--- requests that go past them?

local support = require "spec.bench.support"
local talk    = require "spec.bench.talk"
local turns   = require "spec.bench.turns"

local AMOUNTS = { 0, 1, 10, 100 }
local POLICY  = "spec/bench/toggle.lua"

-- Put so many rules in front, on a server.
local function put_in_front(server, count)
  local rules = ('{"job":"nobody","delay":1},'):rep(count):sub(1, -2)
  local client <close> = talk.connect(server.url)
  client:ask(201, "POST", "/_jobgate/rules", "[" .. rules .. "]")
end

local function over_http(options)
  local targets = {}
  for i, count in ipairs(AMOUNTS) do
    targets[i] = {
      count .. " in front", support.double("--clock manual " .. options),
      prepare = count > 0 and function(server)
        put_in_front(server, count)
      end,
    }
  end
  print(("\nUpdateJobStatus with rules in front that are about another job, %d " ..
    "rounds of %d s"):format(support.rounds, support.seconds))
  turns.print_head()
  turns.compare(targets, 16)
  turns.print_foot()
end

local function in_process()
  local times = {}
  local text = support.tool("fronts %d %s", support.rounds, POLICY)
  for count, took in text:gmatch("(%d+) ([%d.]+)") do
    count = tonumber(count)
    times[count] = times[count] or {}
    table.insert(times[count], tonumber(took))
  end
  print(("%-14s %10s %6s"):format("rules in front", "inside us", "ratio"))
  for _, count in ipairs(AMOUNTS) do
    print(("%14d %10.2f %6.2f"):format(count, support.median(times[count]) / 1000,
      support.ratio(times[count], times[AMOUNTS[1]])))
  end
end

--- Measure all of it.
---@param options string of the double: a policy that accepts all, and the jobs
local function run(options)
  over_http(options)
  in_process()
end

return { run = run }
