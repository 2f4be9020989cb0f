--- Servers under wrk, in turns: each round loads all of them, a ratio is that
--- of one round to the first of them, and what is printed is the median.

local support = require "spec.bench.support"

local LOAD = "spec/bench/load.lua" -- unless a target has its own

local turns = {}

local idle = false -- was a server's core ever idle?

-- One run of wrk: what it saw, and what it cost the server.
local function load(server, script, connections, seconds)
  local before = support.used(server.pid)
  local text = support.output_of(
    "taskset -c 1 wrk -t1 -c%d -d%ds -s %s %s/ %s",
    connections, seconds, script, server.url, server.more or "")
  local used = support.used(server.pid) - before
  local n, us, p50, p99, refused, errors =
    text:match("RESULT (%d+) (%d+) (%d+) (%d+) (%d+) (%d+)")
  assert(tonumber(errors) == 0, text)
  return {
    rate = n / us * 1e6, p50 = p50 / 1000, p99 = p99 / 1000,
    cpu = used / n * 1e6, busy = used / us * 1e6, refused = refused / n,
  }
end

turns.load = load

local function column(runs, name)
  local list = {}
  for i, run in ipairs(runs) do
    list[i] = run[name]
  end
  return list
end

local function row(name, connections, runs, floors)
  local function middle(key)
    return support.median(column(runs, key))
  end
  local function ratio(key)
    return support.ratio(column(runs, key), column(floors, key))
  end
  idle = idle or middle("busy") < 0.9
  print(("%-11s %4d %9.0f %6.2f %8.2f %8.2f %8.2f %6.2f %5.0f%% %5.0f%%")
    :format(name, connections, middle("rate"), ratio("rate"), middle("p50"),
      middle("p99"), middle("cpu"), ratio("cpu"), 100 * middle("busy"),
      100 * middle("refused")))
end

local function print_rows(targets, connections, all)
  for i, target in ipairs(targets) do
    row(target[1], connections, all[i], all[1])
  end
end

function turns.print_head()
  print("target      conn   req/s   ratio   p50 ms   p99 ms  CPU us  ratio  " ..
    "busy   400s")
end

function turns.print_foot()
  print(idle and "a server was not always busy: its requests/s tell of the " ..
    "load or of other work too, its CPU does not" or "")
end

-- The server of a target, ready to be loaded.
local function start(target)
  local server = support.start(target[2])
  server.more = target[3]
  if target.prepare then
    target.prepare(server)
  end
  return server
end

--- Load targets, which stay up from round to round: name, command, and more
--- arguments of wrk if it is to have any. `script` is the load if it is another
--- than UpdateJobStatus on many jobs; `prepare` is called with the server.
---@param targets { script: string?, prepare: fun(server: table)? }[]
---@param connections integer
---@param seconds number? of a load; those of the benchmark when absent
---@return { refused: number }[][] runs of each target, by round
function turns.compare(targets, connections, seconds)
  local servers, all = {}, {}
  for i, target in ipairs(targets) do
    servers[i], all[i] = start(target), {}
    load(servers[i], target.script or LOAD, connections, 1)
  end
  for round = 1, support.rounds do
    for i, server in ipairs(servers) do
      all[i][round] = load(server, targets[i].script or LOAD, connections,
        seconds or support.seconds)
    end
  end
  for _, server in ipairs(servers) do
    support.stop(server)
  end
  print_rows(targets, connections, all)
  return all
end

--- The same, with a new server for each load, because what it does stays.
---@param targets string[][]
---@param connections integer
function turns.compare_new(targets, connections)
  local all = {}
  for round = 1, support.rounds do
    for i, target in ipairs(targets) do
      local server = support.start(target[2])
      all[i] = all[i] or {}
      all[i][round] = load(server, "spec/bench/load_create.lua", connections,
        support.seconds)
      support.stop(server)
    end
  end
  print_rows(targets, connections, all)
end

return turns
