--- What a suite pays for `jobgate run`, beside the same command without it; and how
--- large what is installed is.

local socket  = require "socket"
local support = require "spec.bench.support"

local TURNS = 40 -- of each, one after the other

local rows = {
  { "true",                       "true" },
  { "run --quiet -- true",        "%s/jobgate run --quiet -- true" },
  { "run -- true",                "%s/jobgate run -- true 2>/dev/null" },
  { "run --report -- true",       "%s/jobgate run --report /dev/null -- true 2>/dev/null" },
  { "run --tls-self-signed",      "%s/jobgate run --quiet --tls-self-signed -- true" },
}

local function seconds_of(command)
  local began = socket.gettime()
  support.output_of("taskset -c 1 sh -c '%s'", command:format(support.build))
  return socket.gettime() - began
end

local function time_processes()
  print(("\nwhole processes, median of %d, in turns"):format(TURNS))
  print(("%-26s %9s %9s"):format("", "ms", "- true"))
  local times = {}
  for turn = 1, TURNS do
    for i, row in ipairs(rows) do
      times[i] = times[i] or {}
      times[i][turn] = seconds_of(row[2])
    end
  end
  local bare = support.median(times[1])
  for i, row in ipairs(rows) do
    local seconds = support.median(times[i])
    print(("%-26s %9.2f %9.2f"):format(row[1], seconds * 1000, (seconds - bare) * 1000))
  end
end

--- Bytes of a file without what is for debuggers only.
local function stripped(path)
  return tonumber(support.output_of(
    "f=$(mktemp); strip -o $f %s; stat -c %%s $f; rm $f", path):match "%d+")
end

local function measure_sizes()
  for _, name in ipairs { "jobgate", "libjobgate.so", "lua/jobgate/core.so" } do
    local path = support.build .. "/" .. name
    local libraries, bytes = 0, 0
    for library in support.output_of("ldd %s", path):gmatch "=> (/%S+)" do
      libraries = libraries + 1
      bytes = bytes + tonumber(support.output_of("stat -L -c %%s %s", library):match "%d+")
    end
    print(("%-20s %5.0f kB stripped; it loads %d libraries of %.1f MB"):format(name,
      stripped(path) / 1e3, libraries, bytes / 1e6))
  end
end

local function run()
  time_processes()
  measure_sizes()
end

return { run = run }
