--- What the rules of a policy speak of, as far as it matters to explorations, and
--- how often those have answered that count.

local M = {}

local function key_of(rule)
  return ("%s:%d:%d"):format(rule.file, rule.line, rule.rule or 0)
end

---@class jobgate.explore.Facts
---@field operations table<string, boolean> that rules speak of
---@field chance boolean a rule has a chance
---@field counts boolean a rule has `times`
---@field counted table<string, table> such rules

---@param host jobgate.Host
---@return jobgate.explore.Facts
function M.facts(host)
  local found = { operations = {}, chance = false, counts = false, counted = {} }
  for _, rule in ipairs(assert(host:rules())) do
    for _, operation in ipairs(rule.on) do
      found.operations[operation] = true
    end
    found.chance = found.chance or rule.chance ~= nil
    if rule.times then
      found.counts, found.counted[key_of(rule)] = true, rule
    end
  end
  return found
end

--- Add one to the count of a rule, if it has one; no further than it matters.
local function add(counts, counted, rule, job)
  local key = rule and key_of(rule)
  local about = key and counted[key]
  if about then
    if (about.per or "job") == "job" and job then
      key = key .. "/" .. job
    end
    counts[key] = math.min((counts[key] or 0) + 1, about.times)
  end
end

--- The counts after what entries of the journal say.
---@param facts jobgate.explore.Facts
---@param before table<string, integer>
---@param entries table[]
---@return table<string, integer>
function M.count(facts, before, entries)
  local counts = {}
  for key, count in pairs(before) do
    counts[key] = count
  end
  for _, entry in ipairs(entries) do
    local answered = entry.rule
    add(counts, facts.counted, answered, entry.job)
    for _, fault in ipairs(entry.faults or {}) do
      if not answered or key_of(fault.rule) ~= key_of(answered) then
        add(counts, facts.counted, fault.rule, entry.job)
      end
    end
  end
  return counts
end

--- The counts as a part of a key.
---@param counts table<string, integer>
---@return string
function M.text(counts)
  local list = {}
  for key, count in pairs(counts) do
    list[#list + 1] = key .. "=" .. count
  end
  table.sort(list)
  return table.concat(list, " ")
end

return M
