#!/usr/bin/env lua5.4
-- The built-in properties, with fresh seeds, on every policy that is shipped, for a while.
--
-- usage: spec/soak.lua [SECONDS]
--
-- ./dev soak builds first and takes the same argument. It ends with 1 and what it has
-- found when something does not hold. JOBGATE_SEED is the seed of the first round.

package.path = "./lua/?.lua;./lua/?/init.lua;./spec/?.lua;" .. package.path
package.cpath = ("./%s/lua/?.so;%s"):format(os.getenv "JOBGATE_BUILD" or "build", package.cpath)

local commands = require "jobgate.property_commands"
local property = require "jobgate.property"
local shown    = require "jobgate.property_text"
local socket   = require "socket"

local RUNS, MAX = 50, 60

local function shipped()
  local list <close> = assert(io.popen "ls policies/*.lua")
  local paths = {}
  for path in list:lines() do
    paths[#paths + 1] = path ~= "policies/life.lua" and path or nil
  end
  return paths
end

local seed = tonumber(os.getenv "JOBGATE_SEED") or require "jobgate.property_random".fresh_seed()
local ends, runs, done = socket.gettime() + (tonumber(arg[1]) or 60), 0, 0
local paths, at = shipped(), 0

repeat
  local path = paths[at % #paths + 1]
  local result = assert(property.check(path, {
    seed = seed + at // #paths * RUNS, runs = RUNS, max = MAX, commands = commands.names,
  }))
  runs, done, at = runs + result.runs, done + result.commands, at + 1
  if shown.has_failed(result) then
    io.write(shown.text(result))
    os.exit(1)
  end
until socket.gettime() > ends
print(("seed %d: %d runs, %d commands on %d policies, and all of it holds"):format(seed, runs, done,
  math.min(at, #paths)))
