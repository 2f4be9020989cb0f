--- The conformance scenarios: how long does a whole process take against each kind of
--- target, how many cases and requests does it make in a second, and where are the cases
--- from?

local socket  = require "socket"
local support = require "spec.bench.support"

local key = support.file_with 'return { { secret_id = "AKIDbench", secret_key = "key-of-the-bench" } }'

-- Columns: title; how its server is started; more options of conform.
local rows = {
  { "in process" },
  { "double",             "--clock manual", "" },
  { "double, real clock", "--clock real", "" },
  { "double, keys, TLS",  "--clock manual --tls-self-signed --credentials " .. key, "--credentials " .. key },
  { "endpoint",           "--clock scaled:60 --control off",
    "--rate 100000 --budget 400 --wait 1 --only E" },
}

local PROVENANCES = { "documented", "observed", "ours" }

--- Seconds of one run, and its result as JSON.
local function run_one(options)
  local began = socket.gettime()
  local json = support.output_of("taskset -c 1 %s/jobgate conform %s --format json; test $? -le 1",
    support.build, options)
  return socket.gettime() - began, json
end

--- "459/0/0": passed, failed, not run.
local function counts(json, provenance)
  local total = json:match('"' .. provenance .. '":(%b{})')
  return ("%s/%s/%s"):format(total:match '"passed":(%d+)', total:match '"failed":(%d+)',
    total:match '"not_run":(%d+)')
end

local function measure(row, floor)
  local title, serve, options = table.unpack(row)
  local server = serve and support.start(support.double(serve))
  local words = server and ("--target %s %s"):format(server.url, options) or ""
  if server and server.certificate then
    words = words .. " --cacert " .. server.certificate
  end
  local times, json = {}, nil
  for round = 1, support.rounds do
    times[round], json = run_one(words)
  end
  if server then
    support.stop(server)
  end
  local seconds, cases = support.median(times), select(2, json:gsub('"provenance"', ""))
  local requests = tonumber(json:match '"requests":(%d+),"seconds"')
  print(("%-20s %9.1f %8d %9.0f %9d %11.0f %7.2f  %s  %s  %s"):format(title, seconds * 1000, cases,
    cases / seconds, requests, requests / seconds, floor and floor / (cases / seconds) or 1,
    counts(json, PROVENANCES[1]), counts(json, PROVENANCES[2]), counts(json, PROVENANCES[3])))
  return cases / seconds
end

--- Measure all of it.
local function run()
  print("\nconformance, whole processes; passed/failed/not run of what is documented, observed, ours")
  print(("%-20s %9s %8s %9s %9s %11s %7s"):format("", "ms", "cases", "cases/s", "requests",
    "requests/s", "ratio"))
  local floor
  for _, row in ipairs(rows) do
    local rate = measure(row, floor)
    floor = floor or rate
  end
end

return { run = run }
