--- The mutants of a policy: its files are changed in one place at a time, and what comes
--- of it is loaded.

local compare = require "jobgate.mutate_compare"
local core = require "jobgate.core"
local jobgate = require "jobgate"
local kinds = require "jobgate.mutate_kinds"

local M = {}

--- The policy with another text for one of its files, as tools take it.
function M.with(policy, number, text)
  local files = {}
  for i, file in ipairs(policy.files) do
    files[i] = { name = file.name, module = file.module,
                 source = i == number and text or file.source }
  end
  return { files = assert(core.encode { path = policy.path, files = files }) }
end

-- ---- making them ------------------------------------------------------------------

--- What a row may be replaced by: the names of the catalogue, and its ids.
function M.rows()
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
    local policy = M.with(world.policy, number, mutation.text)
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
    if look and world.looks[i] and #look.rules < #world.looks[i].rules then
      return true
    end
  end
  return false
end

local function lines_of(text)
  local lines = {}
  for line in (text:gsub("\n?$", "\n", 1)):gmatch "([^\n]*)\n" do
    lines[#lines + 1] = line
  end
  return lines
end

--- The lines that are changed, as diff -u has them, with one line around. Blank lines
--- that are left of a rule that was dropped are not shown.
local function patch_of(file, before, after)
  local old, new, added = lines_of(before), lines_of(after), {}
  local first, last, shift = 1, #old, #new - #old
  while first < #old and old[first] == new[first] do
    first = first + 1
  end
  while last > first and old[last] == new[last + shift] do
    last = last - 1
  end
  for i = first, last + shift do
    added[#added + 1] = new[i]:find "%S" and "+" .. new[i] or nil
  end
  local from, to = math.max(1, first - 1), math.min(#old, last + 1)
  local out = { ("--- %s\n+++ %s\n@@ -%d,%d +%d,%d @@"):format(file, file, from, to - from + 1,
    from, to - from - (last - first) + #added) }
  for i = from, to do
    out[#out + 1] = (i >= first and i <= last and "-" or " ") .. old[i]
    if i == last then
      table.move(added, 1, #added, #out + 1, out)
    end
  end
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
    return table.concat { one.kind, one.was, one.now, one.text }
      < table.concat { other.kind, other.was, other.now, other.text }
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

---@class jobgate.MutateWorld
---@field policy { path: string|nil, files: table[] } each { name =, module =, source =, changes = }
---@field rows string[][]
---@field settings table<string, string>[] the readings under which it is compared
---@field looks (jobgate.MutantLook|false)[] of the policy, under each of them

--- All mutants, or `most` of them, and the files that they change. Each is { mutant =,
--- mutation =, number = of its file, policy = and looks = when it loads }.
---@param world jobgate.MutateWorld
---@param most integer|nil
---@return table[], string[]
function M.make(world, most)
  local list, files = {}, {}
  for number, file in ipairs(world.policy.files) do
    if file.changes then
      files[#files + 1] = file.name
      for _, one in ipairs(mutants_of(world, number)) do
        list[#list + 1] = one
      end
    end
  end
  return spread(list, most), files
end

return M
