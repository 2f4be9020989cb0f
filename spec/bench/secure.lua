--- What it costs that signatures are checked, and what TLS costs: one program
--- under four settings, the plain one first.

local support = require "spec.bench.support"
local turns   = require "spec.bench.turns"
local sign    = require "jobgate.sign"

local KEY = {
  secret_id  = "AKIDofTheBenchmark",
  secret_key = "SecretKeyOfTheBenchmark",
  time       = "1767225600;1767229200", -- the manual clock stands at its start
}

-- ---- signatures ------------------------------------------------------------

local function credentials()
  return support.file_with(("return { { secret_id = %q, secret_key = %q } }\n")
    :format(KEY.secret_id, KEY.secret_key))
end

-- The requests of load.lua, signed: a target and its Authorization on each line.
local function signatures(jobs)
  local lines = {}
  for i = 1, jobs do
    local signed = sign({
      method  = "POST",
      target  = ("/jobs/job-%05d/status?requestedJobStatus=Cancelled"):format(i),
      headers = { { "Host", "127.0.0.1:8484" }, { "x-cos-appid", "1250000000" } },
    }, KEY)
    lines[i] = signed.target .. " " .. signed.headers[3][2] .. "\n"
  end
  return support.file_with(table.concat(lines))
end

-- ---- what is measured ------------------------------------------------------

local function compare(targets, seconds)
  turns.print_head()
  for i, runs in ipairs(turns.compare(targets, 16, seconds)) do
    for _, run in ipairs(runs) do
      assert(run.refused == 0, targets[i][1] .. ": not every request was accepted")
    end
  end
  turns.print_foot()
end

-- The same requests with their signatures unchecked and checked. Under valgrind
-- a processor has no instructions for SHA-1: with them it takes fewer.
local function count_instructions(file, key_file)
  local function each(more)
    local few, accepted_of_few = support.instructions(1000, more)
    local many, accepted_of_many = support.instructions(9000, more)
    assert(accepted_of_few == 1000 and accepted_of_many == 9000,
      "decide " .. more .. ": not every request was accepted")
    return (many - few) / 8000
  end
  local unchecked, checked = each(file), each(file .. " " .. key_file)
  print(("instructions per request in process: %.0f with a signature that is " ..
    "not checked, %.0f checked (%.0f more)"):format(unchecked, checked,
    checked - unchecked))
end

--- Measure all of it.
---@param options string of the double: a policy that accepts all, and the jobs
---@param jobs integer how many those are
local function run(options, jobs)
  local file, key_file = signatures(jobs), credentials()
  local plain  = "--clock manual " .. options
  local signed = plain .. " --credentials " .. key_file
  local tls    = " --tls-self-signed"

  print(("\nUpdateJobStatus over HTTP and HTTPS, signatures checked or not, %d " ..
    "rounds of %d s"):format(support.rounds, support.seconds))
  compare {
    { "plain",      support.double(plain) },
    { "signed",     support.double(signed), "-- " .. file },
    { "TLS",        support.double(plain .. tls) },
    { "TLS signed", support.double(signed .. tls), "-- " .. file },
  }
  print("a new connection for each request, 1 s; p50 and p99 begin when it stands")
  compare({
    { "plain", support.double(plain), "-H 'Connection: close'" },
    { "TLS",   support.double(plain .. tls), "-H 'Connection: close'" },
  }, 1)
  count_instructions(file, key_file)
end

return { run = run }
