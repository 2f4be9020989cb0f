--- Mutation: would the specs of a policy notice, if it were another one?
---
---     local result = assert(jobgate.mutate {
---       policy = "mine/night.lua", command = { "busted", "mine/night_spec.lua" } })
---     print(result.killed, result.survived)
---
--- The policy's text, and that of the modules beside it, is changed in one place at a
--- time, and the command is run for each change. One that it does not notice has
--- survived, and shows what no spec looks at; unless the changed policy is equivalent:
--- no difference is to be found (jobgate.mutate_compare). That is asked about those that
--- the command did not notice, since a spec may look at what no comparison does. Where the
--- change is in a condition, no search is complete, and it has survived.

local compare = require "jobgate.mutate_compare"
local folders = require "jobgate.folder"
local jobgate = require "jobgate"
local journal_file = require "jobgate.journal_file"
local maker = require "jobgate.mutate_make"
local runs = require "jobgate.mutate_run"

---@class jobgate.MutateOptions
---@field policy string its path
---@field command string[]|nil the words of it; not needed with `list`
---@field list boolean|nil make the mutants and run nothing
---@field alone boolean|nil change its own file, not the modules beside it
---@field max integer|nil so many mutants, spread over all of them
---@field jobs integer|nil at a time; as many as there are cores when absent
---@field timeout integer|nil seconds for each; ten times what the command takes when absent
---@field states integer|nil of a comparison, at most; 2000 when absent
---@field readings table<string, string>|nil
---@field progress fun(done: integer, total: integer|nil)|nil

---@class jobgate.Mutant
---@field file string
---@field line integer
---@field kind "drop"|"swap"|"status"|"row"|"comparison"|"number"
---@field was string
---@field now string
---@field patch string what is changed, as diff -u writes it
---@field outcome "killed"|"survived"|"equivalent"|"not loading"|"made"
---@field timeout true|nil killed because it took too long
---@field difference jobgate.MutantDifference|nil of one that survived

---@class jobgate.Mutate
---@field policy string
---@field files string[] that were changed
---@field unread string[] files that the command never read
---@field command string[]|nil
---@field made integer
---@field not_loading integer of them; the rest:
---@field killed integer
---@field timeouts integer of those that were killed
---@field equivalent integer
---@field survived integer
---@field mutants jobgate.Mutant[] all of them, by file and line

-- ---- the policy -------------------------------------------------------------------

--- A policy with all its sources, as its journal would have it. nil and why.
local function read_policy(options, folder)
  local path = folder.path .. "/policy.jsonl"
  local host, why = jobgate.open { policy = options.policy, readings = options.readings,
                                   journal = path }
  if not host then
    return nil, why
  end
  host:close()
  local journal <close> = journal_file.open(path)
  local policy = journal.header.policy
  for _, source in ipairs(policy.files) do
    source.name, source.source = journal_file.bytes(source.name), journal_file.bytes(source.source)
  end
  return policy
end

-- ---- running them -----------------------------------------------------------------

--- Those that load and whose file the command reads.
local function runnable(world, list, texts)
  local some, tasks, unread, seen = {}, {}, {}, {}
  for _, one in ipairs(list) do
    local file = world.policy.files[one.number]
    if not texts[file.source] and not seen[file.name] then
      seen[file.name], unread[#unread + 1] = true, file.name
    end
    if one.looks then
      some[#some + 1] = one
      tasks[#tasks + 1] = { from = file.source, to = one.mutation.text }
    end
  end
  return some, tasks, unread
end

--- Is one that the command did not notice another policy at all?
local function judge(world, one, options)
  local texts = table.move(world.texts, 1, #world.texts, 1, { one.mutation.text })
  local difference = compare.difference({
    old = world.whole, new = one.policy, looks = { world.looks, one.looks },
    texts = texts, data = one.mutation.data, swapped = one.mutation.kind == "swap",
  }, world.settings, options.states)
  one.mutant.outcome = difference and "survived" or "equivalent"
  one.mutant.difference = difference
end

local function run_all(world, list, options, result)
  local texts, took = runs.without(world.folder, options.command, options.timeout)
  if not texts then
    return nil, took
  elseif not texts[world.policy.files[1].source] then
    return nil, ("%s: the command never opens it, nor a policy with the same text; mutants "
      .. "would not reach it"):format(options.policy)
  end
  local some, tasks, unread = runnable(world, list, texts)
  local done = 0
  local function show(more) -- of each the half is to run it, the other to compare it
    done = done + more
    if options.progress then
      options.progress(done // 2, #tasks)
    end
  end
  result.unread = unread
  local fine, why = runs.each(world.folder, options.command, tasks,
    { jobs = options.jobs, timeout = options.timeout, took = took }, function(i, code)
      some[i].mutant.outcome = code == 0 and "survived" or "killed"
      some[i].mutant.timeout = (code == 124 or code == 137) or nil
      show(code == 0 and 1 or 2)
    end)
  for _, one in ipairs(fine and some or {}) do
    if one.mutant.outcome == "survived" then
      judge(world, one, options)
      show(1)
    end
  end
  return fine, why
end

-- ---- the whole ---------------------------------------------------------------------

local function count(result, list)
  local counters = { ["not loading"] = "not_loading", killed = "killed", survived = "survived",
                     equivalent = "equivalent" }
  for _, name in pairs(counters) do
    result[name] = 0
  end
  result.made, result.timeouts = #list, 0
  for i, one in ipairs(list) do
    local mutant = one.mutant
    local name = counters[mutant.outcome]
    result.mutants[i] = mutant
    if name then
      result[name] = result[name] + 1
    end
    result.timeouts = result.timeouts + (mutant.timeout and 1 or 0)
  end
  return result
end

--- Change a policy in one place at a time, and see whether the command notices. nil and
--- a sentence when the policy does not load, or the command fails without any change.
---@param options jobgate.MutateOptions
---@return jobgate.Mutate|nil, string|nil
return function(options)
  local folder <close>, why = folders.new()
  if not folder then
    return nil, why
  end
  local policy
  policy, why = read_policy(options, folder)
  if not policy then
    return nil, why
  end
  local texts, own = {}, {}
  for i, file in ipairs(policy.files) do
    texts[i] = file.source
    file.changes = not file.name:find "^%(built%-in%)" and not (options.alone and i > 1)
    own[#own + 1] = file.changes and file.source or nil
  end
  local world = { folder = folder, texts = texts, policy = policy,
                  whole = maker.with(policy), rows = maker.rows(),
                  settings = compare.settings(own, options.readings) }
  world.looks = compare.looks(world.whole, world.settings)
  local list, files = maker.make(world, options.max)
  local result = { policy = options.policy, files = files, unread = {}, mutants = {},
                   command = options.command }
  if not options.list then
    local fine
    fine, why = run_all(world, list, options, result)
    if not fine then
      return nil, why
    end
  end
  return count(result, list)
end
