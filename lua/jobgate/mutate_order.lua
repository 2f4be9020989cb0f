--- Are two lists of rules the same but for the order of rules that never meet? Then the
--- policies are the same, and no path needs to be gone.

local M = {}

--- A rule as a text, without where it stands; its functions are left out.
local function text_of(value, out, top)
  if type(value) ~= "table" then
    out[#out + 1] = tostring(value) .. ";"
    return
  end
  local names = {}
  for name in pairs(value) do
    local place = top and (name == "rule" or name == "line" or name == "file" or name == "position")
    names[#names + 1] = not place and name ~= "at" and name or nil
  end
  table.sort(names, function(a, b) return tostring(a) < tostring(b) end)
  for _, name in ipairs(names) do
    out[#out + 1] = tostring(name) .. "="
    text_of(value[name], out)
  end
end

--- The place of each rule, by its text; nil: two have the same.
local function places_of(rules)
  local places = {}
  for i, rule in ipairs(rules) do
    local out = {}
    text_of(rule, out, true)
    local text = table.concat(out)
    if places[text] then
      return nil
    end
    places[text], places[i] = i, text
  end
  return places
end

local function common(list, other)
  local there, both = {}, {}
  for _, name in ipairs(list or {}) do
    there[name] = true
  end
  for _, name in ipairs(other or {}) do
    both[#both + 1] = there[name] and name or nil
  end
  return both
end

local jobless = { CreateJob = true, ListJobs = true }

--- Is there anything that both speak of?
local function meet(rule, other)
  for _, operation in ipairs(common(rule.on, other.on)) do
    local from = jobless[operation] or not (rule.from and other.from)
      or #common(rule.from, other.from) > 0
    local to = operation ~= "UpdateJobStatus" or not (rule.to and other.to)
      or #common(rule.to, other.to) > 0
    if from and to then
      return true
    end
  end
  return false
end

--- Have these the same rules, and those that meet in the same order? What their
--- functions do is not looked at: the caller knows that they are the same.
---@param old jobgate.Rule[]|nil
---@param new jobgate.Rule[]|nil
---@return boolean
function M.same(old, new)
  local before, after = places_of(old or {}), places_of(new or {})
  if not old or not new or #old ~= #new or not before or not after then
    return false
  end
  for i in ipairs(old) do
    if not after[before[i]] then
      return false
    end
    for k = i + 1, #old do
      local turned = after[before[k]] and after[before[k]] < after[before[i]]
      if turned and meet(old[i], old[k]) then
        return false
      end
    end
  end
  return true
end

return M
