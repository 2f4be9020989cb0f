#!/usr/bin/env lua5.4
-- The benchmark: the double against a floor, in turns, and exact counts.
--
-- usage: spec/bench/run.lua [ROUNDS [SECONDS]]      (./dev bench builds first)
--
-- The floor is a libmicrohttpd program that answers a constant. Floor and
-- double run on core 0, wrk on core 1; each round loads all of them in turn,
-- and a ratio is that of one round. What is printed is the median of rounds.

local build   = os.getenv("JOBGATE_BUILD") or "build-bench"
local rounds  = tonumber(arg[1]) or 5
local seconds = tonumber(arg[2]) or 3

local JOBS, STARTS = 10000, 20

-- ---- files and processes ---------------------------------------------------

local temporary = {}

local function file_with(text)
  local path = os.tmpname()
  local file <close> = assert(io.open(path, "w"))
  file:write(text)
  temporary[#temporary + 1] = path
  return path
end

local function read_all(path)
  local file <close> = assert(io.open(path))
  return file:read("a")
end

-- What a command prints; an error when it fails.
local function output_of(format, ...)
  local command = format:format(...)
  local pipe = assert(io.popen(command))
  local text = pipe:read("a")
  return pipe:close() and text or error(command .. " failed:\n" .. text)
end

-- A server on core 0: { pid, port }. `prefix` is what runs it.
local function start(command, prefix)
  local pipe = assert(io.popen(("echo $$; exec taskset -c 0 %s %s"):format(
    prefix or "", command)))
  local pid = assert(pipe:read("n"), command)
  local port
  repeat
    local line = pipe:read("l") or error(command .. " did not start")
    port = line:match("127%.0%.0%.1:(%d+)") or line:match("^(%d+)$")
  until port
  return { pid = pid, port = port, pipe = pipe }
end

local function stop(server)
  os.execute("kill " .. server.pid)
  server.pipe:close()
end

-- Ticks of processor time that a process has used.
local function ticks(pid)
  local fields = read_all(("/proc/%d/stat"):format(pid)):match("%) (.*)")
  local user, system = fields:match("^" .. ("%S+ "):rep(11) .. "(%d+) (%d+)")
  return user + system
end

local ticks_each_second = tonumber(output_of("getconf CLK_TCK"))

local function resident_mb(pid)
  local kb = read_all(("/proc/%d/status"):format(pid)):match("VmRSS:%s+(%d+)")
  return kb / 1024
end

local function median(list)
  table.sort(list)
  local n = #list
  return (list[(n + 1) // 2] + list[n // 2 + 1]) / 2
end

-- ---- what is measured ------------------------------------------------------

local function jobs_of(status)
  return file_with(([[
local jobs = {}
for i = 1, %d do
  jobs[i] = { id = ("job-%%05d"):format(i), status = %q }
end
return jobs
]]):format(JOBS, status))
end

local active = jobs_of("Active")

local function double(options)
  return ("%s/jobgate serve --port 0 --clock real %s 2>/dev/null"):format(
    build, options)
end

local documented = double("--policy policies/documented.lua --jobs " .. active)

local one_rule = double(("--policy %s --jobs %s"):format(
  file_with('return { { become = "Ready" } }\n'), active))

local in_lua = double(("--policy %s --jobs %s"):format(file_with([[
local function alive(job, request)
  return job.status ~= "Complete" and request.status == "Cancelled"
end

return {
  { when = alive, become = "Ready" },
  {               refuse = errors.StatusChangeError },
}
]]), active))

-- In the order in which a round goes through them; the floor comes first.
local targets = {
  { "floor",      build .. "/spec/bench/floor" },
  { "documented", documented },
  { "one rule",   one_rule },
  { "Lua rule",   in_lua },
}

-- One run of wrk: what it saw, and what it cost the server.
local function load(server, connections, time)
  local before = ticks(server.pid)
  local text = output_of("taskset -c 1 wrk -t1 -c%d -d%ds -s " ..
    "spec/bench/load.lua http://127.0.0.1:%s/", connections, time, server.port)
  local used = (ticks(server.pid) - before) / ticks_each_second
  local n, us, p50, p99, refused, errors =
    text:match("RESULT (%d+) (%d+) (%d+) (%d+) (%d+) (%d+)")
  assert(tonumber(errors) == 0, text)
  return {
    rate = n / us * 1e6, p50 = p50 / 1000, p99 = p99 / 1000,
    cpu = used / n * 1e6, busy = used / us * 1e6, refused = refused / n,
  }
end

local function column(runs, name)
  local list = {}
  for i, run in ipairs(runs) do
    list[i] = run[name]
  end
  return median(list)
end

-- Ratio to the floor of the same round.
local function ratio(runs, floors, name)
  local list = {}
  for i, run in ipairs(runs) do
    list[i] = run[name] / floors[i][name]
  end
  return median(list)
end

local idle = false -- was a server's core ever idle?

local function compare(connections)
  local servers, all = {}, {}
  for i, target in ipairs(targets) do
    servers[i], all[i] = start(target[2]), {}
    load(servers[i], connections, 1)
  end
  for round = 1, rounds do
    for i, server in ipairs(servers) do
      all[i][round] = load(server, connections, seconds)
    end
  end
  for i, target in ipairs(targets) do
    local runs = all[i]
    idle = idle or column(runs, "busy") < 0.9
    print(("%-11s %4d %9.0f %6.2f %8.2f %8.2f %8.2f %6.2f %5.0f%% %5.0f%%")
      :format(target[1], connections, column(runs, "rate"),
        ratio(runs, all[1], "rate"), column(runs, "p50"), column(runs, "p99"),
        column(runs, "cpu"), ratio(runs, all[1], "cpu"),
        100 * column(runs, "busy"), 100 * column(runs, "refused")))
  end
  for _, server in ipairs(servers) do
    stop(server)
  end
end

-- ---- what is counted -------------------------------------------------------

-- System calls by name, of a server that answers n requests on a connection.
local function system_calls(command, n)
  local path = file_with("")
  local server = start(command, "strace -f -qq -c -o " .. path)
  output_of("%s/spec/bench/client requests %s %d '/jobs/job-00001/status?" ..
    "requestedJobStatus=Cancelled'", build, server.port, n)
  output_of("kill $(cat /proc/%d/task/%d/children)", server.pid, server.pid)
  server.pipe:close()
  local calls = {}
  for line in io.lines(path) do
    local count, name = line:match("^%s*[%d.]+%s+[%d.]+%s+%d+%s+(%d+).-(%S+)$")
    if name and name ~= "total" then
      calls[name] = tonumber(count)
    end
  end
  return calls
end

local function count_system_calls(name, command)
  local few, many = 1000, 11000
  local before, after = system_calls(command, few), system_calls(command, many)
  local parts, total = {}, 0
  for call, count in pairs(after) do
    local each = (count - (before[call] or 0)) / (many - few)
    if each >= 0.005 then
      parts[#parts + 1] = ("%s %.2f"):format(call, each)
      total = total + each
    end
  end
  table.sort(parts)
  print(("system calls per keep-alive request, %-11s %.2f (%s)"):format(
    name .. ":", total, table.concat(parts, ", ")))
end

local function instructions(n)
  local text = output_of("valgrind --tool=callgrind " ..
    "--callgrind-out-file=/dev/null %s/spec/bench/decide %d 2>&1", build, n)
  return tonumber(text:match("Collected : (%d+)"))
end

-- The first request of each job is accepted, later ones are refused.
local function count_instructions()
  local accepted = (instructions(9000) - instructions(1000)) / 8000
  local refused = (instructions(19000) - instructions(11000)) / 8000
  print(("instructions per request in process: %.0f accepted, %.0f refused " ..
    "(aim: 10000)"):format(accepted, refused))
end

local function time_starts()
  local function cold(options)
    return output_of("%s/spec/bench/client cold %d %s/jobgate serve --port 0 " ..
      "%s 2>/dev/null", build, STARTS, build, options)
  end
  print(("cold start to the first 200, median of %d: %.1f ms, %.1f ms with " ..
    "%d jobs"):format(STARTS, cold(""), cold("--jobs " .. active), JOBS))
end

local function measure_memory()
  local server = start(documented)
  local fresh = resident_mb(server.pid)
  load(server, 16, 2)
  print(("resident with %d jobs: %.1f MB, %.1f MB with a full journal " ..
    "(aim: 12 MB)"):format(JOBS, fresh, resident_mb(server.pid)))
  stop(server)
end

-- ---- main ------------------------------------------------------------------

local function main()
  print(("%d rounds of %d s; aims: 0.90 of the floor's requests or more, at " ..
    "1.15 of its CPU or less"):format(rounds, seconds))
  print("target      conn   req/s   ratio   p50 ms   p99 ms  CPU us  ratio  " ..
    "busy   400s")
  compare(16)
  compare(64)
  print(idle and "a server was not always busy: its requests/s tell of the " ..
    "load or of other work too, its CPU does not\n" or "")
  count_system_calls("floor", targets[1][2])
  count_system_calls("documented", documented)
  count_instructions()
  time_starts()
  measure_memory()
end

local fine, why = pcall(main)
for _, path in ipairs(temporary) do
  os.remove(path)
end
if not fine then
  io.stderr:write(tostring(why), "\n")
  os.exit(1)
end
