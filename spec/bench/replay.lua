-- A journal of 100,000 requests is written, and decided again: how fast, in how
-- much memory.

package.path = package.path .. ";lua/?.lua;lua/?/init.lua"
package.cpath = ("%s/lua/?.so;%s"):format(os.getenv "JOBGATE_BUILD" or "build-bench", package.cpath)

local jobgate = require "jobgate"
local replay = require "jobgate.replay"

local ENTRIES, JOBS = 100000, 1000

local function peak_mib()
  local file <close> = assert(io.open "/proc/self/status")
  return tonumber(file:read("a"):match "VmHWM:%s*(%d+)") / 1024
end

--- Write the journal at `path`, or nowhere; the seconds it took.
local function write(path)
  local jobs = {}
  for i = 1, JOBS do
    jobs[i] = { id = "j" .. i, status = "Suspended" }
  end
  local host <close> = assert(jobgate.open { journal = path, jobs = jobs })
  local begun = os.clock()
  for i = 1, ENTRIES do
    if i % 3 == 0 then
      host:update("j" .. i % JOBS, "Ready")
    else
      host:describe("j" .. i % JOBS)
    end
    if i % 1000 == 0 then
      host:advance(1)
    end
  end
  return os.clock() - begun
end

local function run()
  local path <const> = os.tmpname()
  local bare, recorded = write(nil), write(path)
  local before, begun = peak_mib(), os.clock()
  local result = assert(replay(path))
  local seconds = os.clock() - begun
  os.remove(path)
  assert(result.same == ENTRIES, "the journal was not decided as it was")
  print(("\nreplay of %d requests: %.0f entries/s; peak %.1f MiB, %.1f before it"):format(
    ENTRIES, ENTRIES / seconds, peak_mib(), before))
  print(("in process: %.1f us a request, %.1f us with --journal"):format(
    bare / ENTRIES * 1e6, recorded / ENTRIES * 1e6))
end

return { run = run }
