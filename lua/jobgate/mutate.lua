--- Mutation: would the specs of a policy notice, if it were another one?
---
---     local result = assert(jobgate.mutate {
---       policy = "mine/night.lua", command = { "busted", "mine/night_spec.lua" } })
---     print(result.killed, result.survived)
---
--- The policy's text, and that of the modules beside it, is changed in one place at a
--- time, and the command is run for each change. One that it does not notice has
--- survived, and shows what no spec looks at; unless the changed policy is equivalent:
--- the same on all paths, under each reading that it asks for. That is found out of those
--- that the command did not notice, since a spec may look at what no comparison does.

local compare = require "jobgate.mutate_compare"
local core = require "jobgate.core"
local folders = require "jobgate.folder"
local jobgate = require "jobgate"
local journal_file = require "jobgate.journal_file"
local kinds = require "jobgate.mutate_kinds"
local runs = require "jobgate.mutate_run"

---@class jobgate.MutateOptions
---@field policy string its path
---@field command string[]|nil the words of it; not needed with `list`
---@field list boolean|nil make the mutants and run nothing
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

--- The policy with another text for one of its files, as tools take it.
local function with(policy, number, text)
  local files = {}
  for i, file in ipairs(policy.files) do
    files[i] = { name = file.name, module = file.module,
                 source = i == number and text or file.source }
  end
  return { files = assert(core.encode { path = policy.path, files = files }) }
end

-- ---- making them ------------------------------------------------------------------

--- What a row may be replaced by: the names of the catalogue, and its ids.
local function rows()
  local host <close> = assert(jobgate.open())
  local names, ids, seen = {}, {}, {}
  for _, row in ipairs(assert(host:control("GET", "errors")).errors) do
    ids[#ids + 1] = row.id
    if not seen[row.name] then
      seen[row.name], names[#names + 1] = true, row.name
    end
  end
  return { names, ids }
end

--- As a mutant that is loaded; else the next one in its place.
local function load_mutant(world, number, mutation)
  local first = mutation
  while mutation do
    local policy = with(world.policy, number, mutation.text)
    local looks = compare.looks(policy, world.settings)
    if looks[1] then
      return mutation, looks, policy
    end
    mutation = mutation.others and mutation.others()
  end
  return first, nil
end

--- Has it fewer rules than the policy, under one of the readings?
local function has_fewer(world, looks)
  for i, look in ipairs(looks or {}) do
    if look and world.looks[i] and look.rules < world.looks[i].rules then
      return true
    end
  end
  return false
end

--- The lines that are changed, as diff -u has them, with one line around.
local function patch_of(file, before, after)
  local function lines_of(text)
    local lines = {}
    for line in (text:gsub("\n?$", "\n", 1)):gmatch "([^\n]*)\n" do
      lines[#lines + 1] = line
    end
    return lines
  end
  local old, new = lines_of(before), lines_of(after)
  local first, last, shift = 1, #old, #new - #old
  while first < #old and old[first] == new[first] do
    first = first + 1
  end
  while last > first and old[last] == new[last + shift] do
    last = last - 1
  end
  local from, to = math.max(1, first - 1), math.min(#old, last + 1)
  local out = { ("--- %s\n+++ %s\n@@ -%d,%d +%d,%d @@"):format(file, file, from, to - from + 1,
    from, to + shift - from + 1) }
  local function add(mark, lines, a, b)
    for i = a, b do
      out[#out + 1] = mark .. lines[i]
    end
  end
  add(" ", old, from, first - 1)
  add("-", old, first, last)
  add("+", new, first, last + shift)
  add(" ", old, last + 1, to)
  return table.concat(out, "\n") .. "\n"
end

--- The mutants of one file. Lists of which no item is a rule are left alone.
local function mutants_of(world, number)
  local file, found, is_list = world.policy.files[number], {}, {}
  for _, mutation in ipairs(kinds.find(file.source, world.rows)) do
    local chosen, looks, policy = load_mutant(world, number, mutation)
    found[#found + 1] = { mutation = chosen, looks = looks, policy = policy, number = number }
    if chosen.kind == "drop" and has_fewer(world, looks) then
      is_list[chosen.list] = true
    end
  end
  local list, seen = {}, { [file.source] = true }
  for _, one in ipairs(found) do
    local mutation = one.mutation
    local is_rule = not mutation.list or is_list[mutation.list]
      and (mutation.kind == "swap" or not one.looks or has_fewer(world, one.looks))
    if is_rule and not seen[mutation.text] then
      seen[mutation.text], list[#list + 1] = true, one
      one.mutant = {
        file = file.name, line = mutation.line, kind = mutation.kind, was = mutation.was,
        now = mutation.now, patch = patch_of(file.name, file.source, mutation.text),
        outcome = one.looks and "made" or "not loading",
      }
    end
  end
  table.sort(list, function(a, b)
    local one, other = a.mutation, b.mutation
    if one.line ~= other.line then
      return one.line < other.line
    end
    return one.kind .. one.was .. one.now .. one.text < other.kind .. other.was .. other.now .. other.text
  end)
  return list
end

--- So many of them, spread over all.
local function spread(list, most)
  if not most or most >= #list then
    return list
  end
  local some = {}
  for i = 1, most do
    some[i] = list[(i - 1) * #list // most + 1]
  end
  return some
end

local function make(world, options)
  local list, files = {}, {}
  for number, file in ipairs(world.policy.files) do
    if not file.name:find "^%(built%-in%)" then
      files[#files + 1] = file.name
      for _, one in ipairs(mutants_of(world, number)) do
        list[#list + 1] = one
      end
    end
  end
  return spread(list, options.max), files
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
  local difference = compare.difference(world.whole, one.policy, world.settings,
    { world.looks, one.looks }, options)
  one.mutant.outcome = difference and "survived" or "equivalent"
  one.mutant.difference = difference
end

local function run_all(world, list, options, result)
  local texts, took = runs.without(world.folder, options.command, options.timeout)
  if not texts then
    return nil, took
  elseif not texts[world.policy.files[1].source] then
    return nil, ("%s: the command never opens it, nor a policy with the same text; mutants would "
      .. "not reach it"):format(options.policy)
  end
  local some, tasks, unread = runnable(world, list, texts)
  local count = 0
  result.unread = unread
  local fine, why = runs.each(world.folder, options.command, tasks,
    { jobs = options.jobs, timeout = options.timeout, took = took }, function(i, code)
      count = count + 1
      some[i].mutant.outcome = code == 0 and "survived" or "killed"
      some[i].mutant.timeout = (code == 124 or code == 137) or nil
      if options.progress then
        options.progress(count, #tasks)
      end
    end)
  for _, one in ipairs(fine and some or {}) do
    if one.mutant.outcome == "survived" then
      judge(world, one, options)
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
  local texts = {}
  for i, file in ipairs(policy.files) do
    texts[i] = file.source
  end
  local world = { folder = folder, policy = policy, whole = with(policy), rows = rows(),
                  settings = compare.settings(texts, options.readings) }
  world.looks = compare.looks(world.whole, world.settings)
  local list, files = make(world, options)
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
