-- Properties: what is planted is found, with the shortest sequence, and what is printed
-- of it does show it.

local bodies = require "jobgate.property_bodies".by_name
local checkout = require "support.checkout"
local commands = require "jobgate.property_commands"
local jobgate = require "jobgate"
local model_of = require "jobgate.property_model"
local policies = require "support.policies"
local process = require "support.process"
local property = require "jobgate.property"
local send = require "support.send"
local tempfile = require "support.tempfile"
local witness = require "jobgate.witness"

local DOCUMENTED = "policies/documented.lua"

--- The documented policy with rules in front.
local function in_front(rules)
  return ("local documented = require 'documented'\nreturn { %s,\n  table.unpack(documented) }\n"):format(rules)
end

local function way(sequence)
  local words = {}
  for i, command in ipairs(sequence) do
    words[i] = command.operation == "wait" and "wait " .. command.seconds
      or command.operation == "UpdateJobStatus" and command.status or command.operation
  end
  return table.concat(words, ", ")
end

--- Without any one of its commands it does not fail.
local function is_minimal(result, options, body)
  local sequence = result.failure.sequence
  assert.is_true(result.failure.minimal)
  for i = 1, #sequence do
    local fewer = table.move(sequence, 1, #sequence, 1, {})
    table.remove(fewer, i)
    local all = { sequence = fewer, seed = result.failure.seed }
    for name, value in pairs(options) do
      all[name] = all[name] or value
    end
    assert.is_nil(assert(property.run(all, body)).failure, "without command " .. i)
  end
end

-- A cell of the policy is another one: the shortest that shows it.
local cells = {
  { "an Active job that is cancelled at once", "{ from = 'Active', to = 'Cancelled', become = 'Cancelled' }",
    "CreateJob, wait 4, Cancelled", "expects 200 Cancelling, the host answers 200 Cancelled" },
  { "a job that cannot be confirmed", "{ from = 'Suspended', to = 'Ready', when = function() return true end, refuse = errors.E15 }",
    "CreateJob, wait 3, Ready", "expects 200 Ready, the host answers 400 InvalidRequest" },
  { "another row with the same code", "{ from = 'Complete', to = 'Cancelled', refuse = errors.E15 }",
    "CreateJob, wait 12, Cancelled", "already finished" },
  { "a priority that a finished job takes",
    "{ on = 'UpdateJobPriority', from = 'Cancelled', refuse = errors.E21 }",
    "CreateJob, Cancelled, UpdateJobPriority", "expects 404 NoSuchJob" },
  { "a stage that is a second longer", nil, "CreateJob, wait 4", "1767225604 job1 Ready Active",
    source = "local life = require 'life'\nlife.Ready = 2\nreturn require 'documented'" },
  { "a stage that is left out", "{ on = 'tick', from = 'Active', after = 6, when = function() return true end, become = 'Complete' }",
    "CreateJob, wait 10", "job1 Active Completing" },
  { "a creation that is refused", "{ on = 'CreateJob', when = function(_, request) "
    .. "return jobs.count { status = 'Suspended' } > 0 end, refuse = errors.E26 }",
    "CreateJob, wait 3, CreateJob", "expects 200, the host answers 500 TooManyJobs" },
}

describe("#again the model finds", function()
  for _, row in ipairs(cells) do
    it(row[1] .. ", with the shortest sequence", function()
      local options = { policy = { source = row.source or in_front(row[2]) }, seed = 1 }
      local result = assert(property.run(options, "model"))
      assert.equal(row[3], way(result.failure.sequence))
      assert.match(row[4], result.failure.why, 1, true)
      assert.is_true(result.failure.length > #result.failure.sequence)
      is_minimal(result, options, "model")
    end)
  end
end)

-- Something else than the policy is wrong.
local function wrong_model(change)
  return function(run)
    run.model = function()
      local model = model_of.new()
      change(model)
      return model
    end
    return bodies.model.body(run)
  end
end

local function forgets(name)
  return wrong_model(function(model)
    local step = model.step
    function model.step(self, command, id)
      local before = model[name]
      local expected = step(self, command, id)
      model[name] = command.operation == "restore" and before or model[name]
      return expected
    end
  end)
end

--- A replay of the journal after one byte of it was changed.
local function meddled(path, options)
  local text = checkout.read(path):gsub("<Status>Cancelled<", "<Status>Cancelles<", 1)
  local file <close> = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
  return require "jobgate.replay"(path, options)
end

--- Meanwhile jobgate.replay is `meddled`.
local function meddling(body)
  return function(run)
    local honest <close> = setmetatable({}, { __close = function() jobgate.replay = require "jobgate.replay" end })
    jobgate.replay = meddled
    return honest and bodies[body].body(run)
  end
end

local function corrupted(url, request)
  local answer = send(url, request)
  if request.target:find "Cancelled" and answer.status == 200 then
    answer.body = answer.body:gsub("<Status>", "<status>")
  end
  return answer
end

local others = {
  { "a model that lets a Ready job be confirmed", "CreateJob, wait 3, Ready",
    body = wrong_model(function(model)
      local step = model.step
      function model.step(self, command, id)
        local job = command.status == "Ready" and model.jobs[id]
        return job and job.status == "Ready" and { http = 200, status = "Ready" } or step(self, command, id)
      end
    end) },
  { "a model whose snapshots have no tokens", "snapshot, CreateJob, restore, CreateJob",
    body = forgets "tokens" },
  { "a model whose snapshots have no time", "snapshot, wait 1, restore, CreateJob, wait 1",
    body = forgets "time" },
  { "an answer that is another over HTTP", "CreateJob, Cancelled", body = "http", send = corrupted },
  { "a byte of a journal that was changed", "CreateJob, Cancelled", body = meddling "replay" },
  { "a policy that remembers what a snapshot has not", "CreateJob, Ready", body = "snapshot",
    policy = { source = "local n = 0\n" .. in_front("{ to = 'Ready', when = function() n = n + 1 "
      .. "return n % 2 == 0 end, refuse = errors.E14 }") } },
  { "a host that has something of its own", "stray", body = "same", commands = {
      { name = "stray", generate = function() return {} end, run = function(host)
        host:describe(tostring({}):gsub("%W", "-"))
      end }, "create", "advance" } },
}

describe("#again a property finds", function()
  for _, row in ipairs(others) do
    it(row[1] .. ", with the shortest sequence", function()
      local options = { policy = row.policy, seed = 1, runs = 300, send = row.send, commands = row.commands }
      local result = assert(property.run(options, row.body))
      assert.is_truthy(result.failure)
      assert.equal(row[2], way(result.failure.sequence))
      is_minimal(result, options, row.body)
    end)
  end
end)

-- ---- what is printed ---------------------------------------------------------------

--- What busted says of specs, in a folder like the checkout: "0 successes / 1 failure".
local function run_specs(texts, folder)
  for i, text in ipairs(texts) do
    folder:write { file = ("mine/pasted_%d_spec.lua"):format(i), text = text }
  end
  local said = folder:sh "busted --output=plainTerminal mine"
  return said:match "%d+ success[^:]*" or said, said
end

describe("#again the spec of a sequence", function()
  it("fails, and holds once the policy is right", function()
    local there <close> = policies.folder()
    local folder <close> = checkout.folder()
    local texts = {}
    for i, row in ipairs(cells) do
      local path = there.write(("p%d.lua"):format(i), row.source or in_front(row[2]))
      texts[i] = assert(property.run({ policy = path, seed = 1 }, "model")).failure.spec
    end
    local verdict, said = run_specs(texts, folder)
    assert.equal(("0 successes / %d failures / 0 errors / 0 pending "):format(#cells), verdict, said)
    for i in ipairs(cells) do
      there.write(("p%d.lua"):format(i), "return require 'documented'\n")
    end
    verdict, said = run_specs(texts, folder)
    assert.equal(("%d successes / 0 failures / 0 errors / 0 pending "):format(#cells), verdict, said)
  end)

  it("fails with the functions that it was found with, and what they need", function()
    local folder <close> = checkout.folder()
    local texts = {}
    for i, row in ipairs(others) do
      texts[i] = assert(property.run({ policy = row.policy, seed = 1, runs = 300, send = row.send,
        commands = row.commands }, row.body)).failure.spec
    end
    local verdict, said = run_specs(texts, folder)
    assert.equal(("0 successes / %d failures / 0 errors / 0 pending "):format(#others), verdict, said)
  end)

  it("says what it cannot have", function()
    local body = assert(load "return function(run) error 'never' end")()
    local failure = assert(property.run({ seed = 1 }, body, "a text")).failure
    assert.match("function() --[[ the one that the property was given goes in here ]] end", failure.spec, 1, true)
    assert.equal(0, #failure.sequence)
  end)
end)

describe("#again the curl lines of a sequence", function()
  --- The statuses that a journal has, of each request.
  local function outcomes(entries)
    local list = {}
    for i, entry in ipairs(entries) do
      list[i] = ("%s %d %s %s"):format(entry.operation, entry.http, entry.row or "", entry.after or "")
    end
    return list
  end

  it("do with the program what the commands do with a host", function()
    local list, journal = nil, nil
    for seed = 1, 50 do -- one that has all kinds
      assert(property.run({ policy = DOCUMENTED, seed = seed, runs = 1, max = 60, commands = commands.names },
        function(run)
          local kinds = {}
          for _, command in ipairs(run.commands) do
            kinds[command.operation] = true
          end
          for _, name in ipairs { "CreateJob", "UpdateJobStatus", "UpdateJobPriority", "wait", "fault", "reload",
                                  "snapshot", "restore", "DescribeJob", "DeleteJob", "ListJobs" } do
            if not kinds[name] then
              return
            end
          end
          run:all()
          list, journal = run.commands, run.host:journal()
          list.seed = seed
        end))
      if list then
        break
      end
    end
    local server <close> = assert(process.start { "--policy", DOCUMENTED, "--clock",
      "manual@2026-01-01T00:00:00Z", "--seed", tostring(list.seed) })
    local script <close> = tempfile(witness.curl(list, { policy = DOCUMENTED, seed = list.seed }))
    local pipe = assert(io.popen(("pid=%d url=%s sh -e %s 2>&1"):format(server.pid, server.url, script.path)))
    local text = pipe:read "a"
    assert.is_true(pipe:close(), text)
    local curl <close> = assert(io.popen(("curl -s '%s/_jobgate/journal'"):format(server.url)))
    assert.same(outcomes(journal), outcomes(process.json(curl:read "a").entries))
    assert.is_true(#journal > 10)
  end)
end)
