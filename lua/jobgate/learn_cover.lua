--- The fewest rules that answer a table of cells as they were seen to be answered.
---
--- A row is a status, a column a requested status; a rule is about some rows and about
--- one column or all of them, and the first that matches answers. Which rows a rule
--- is about costs nothing, so a rule is known by its condition, its outcome and its
--- columns, and rules about one column may as well come before those about all. Then
--- a row whose cells are a and b is answered by (a in all) when they are the same,
--- else by (a here, b there), by (a here) before (b in all), or by (b there) before
--- (a in all): the fewest rules that do so for every row are searched for, and
--- nothing is left out of the search but what cannot be shorter.
---
--- Conditions come before what holds without one. Where a cell can be said with a
--- condition or with its opposite, both are tried, up to 64 such choices at once. What
--- is not tried with conditions: that two of them, opposite, answer a cell that needs
--- none. Without conditions there is no shorter list.

local CHOICES = 6 -- cells with two ways to say them: 2^6 choices

local M = {}

--- A cell: what is to be answered, in the order of its conditions; the last has none.
--- No outcome there: nothing has to answer.
---@alias jobgate.learn.Alternatives jobgate.learn.Entry[][]

---@class jobgate.learn.Row
---@field name string the status, or "-"
---@field cells jobgate.learn.Alternatives[] by column: lists, one as good as the other

---@class jobgate.learn.Cover
---@field level integer rules of a lower one come first
---@field column integer|nil nil: all
---@field when string|nil
---@field outcome jobgate.learn.Outcome
---@field rows string[] in the order of the rows

-- ---- what is to be served -----------------------------------------------------

local LAST = 3 -- the level of what holds without a condition

--- What a cell needs at a level.
local function entry_at(list, level)
  if level == LAST then
    return list[#list].outcome and list[#list]
  end
  local entry = list[#list - LAST + level]
  return entry and entry.when and entry or nil
end

--- `only`: it is about all columns, and answers in this one.
local function symbol_of(level, column, entry, only)
  return {
    level = level, column = column, when = entry.when, outcome = entry.outcome,
    answers = column or only,
    key = ("%d\0%s\0%s\0%s"):format(level, column or "*", entry.when or "", entry.outcome.key),
  }
end

local function is_same(a, b)
  return a.when == b.when and a.outcome.key == b.outcome.key
end

--- The ways to serve a row at a level, each a list of symbols; nil: it needs nothing.
local function ways_of(lists, level)
  if #lists == 1 then
    local entry = entry_at(lists[1], level)
    return entry and { { symbol_of(level, nil, entry) } }
  end
  local a, b = entry_at(lists[1], level), entry_at(lists[2], level)
  if not a and not b then
    return nil
  elseif not a or not b then
    return { { symbol_of(level, a and 1 or 2, a or b) } }
  elseif is_same(a, b) then
    return { { symbol_of(level, nil, a) }, { symbol_of(level, 1, a), symbol_of(level, 2, b) } }
  end
  local ways = { { symbol_of(level, 1, a), symbol_of(level, 2, b) } }
  if level == LAST then
    table.insert(ways, 1, { symbol_of(level, 2, b), symbol_of(level, nil, a, 1) })
    table.insert(ways, 1, { symbol_of(level, 1, a), symbol_of(level, nil, b, 2) })
  end
  return ways
end

--- What all rows need, each once: { ways =, rows = }.
local function needs_of(rows, choice)
  local needs, known = {}, {}
  for level = 1, LAST do
    for _, row in ipairs(rows) do
      local ways = ways_of(choice[row.name], level)
      if ways then
        local keys = {}
        for i, way in ipairs(ways) do
          for _, symbol in ipairs(way) do
            keys[#keys + 1] = i .. symbol.key
          end
        end
        local key = table.concat(keys, "\n")
        if not known[key] then
          known[key] = { ways = ways, rows = {} }
          needs[#needs + 1] = known[key]
        end
        table.insert(known[key].rows, row.name)
      end
    end
  end
  return needs
end

-- ---- the search ---------------------------------------------------------------

local function is_chosen(chosen, way)
  for _, symbol in ipairs(way) do
    if not chosen[symbol.key] then
      return false
    end
  end
  return true
end

--- The fewest symbols that serve all needs; nil: not fewer than `most`.
local function search(needs, most)
  local chosen, best = {}, nil
  local function go(i, size)
    if size >= most then
      return
    elseif not needs[i] then
      best, most = {}, size
      for key, symbol in pairs(chosen) do
        best[key] = symbol
      end
      return
    end
    for _, way in ipairs(needs[i].ways) do
      if is_chosen(chosen, way) then
        return go(i + 1, size) -- more of them serve nothing here
      end
    end
    for _, way in ipairs(needs[i].ways) do
      local added = {}
      for _, symbol in ipairs(way) do
        if not chosen[symbol.key] then
          chosen[symbol.key], added[#added + 1] = symbol, symbol.key
        end
      end
      go(i + 1, size + #added)
      for _, key in ipairs(added) do
        chosen[key] = nil
      end
    end
  end
  go(1, 0)
  return best, most
end

--- One list for each cell, in all combinations.
local function choices_of(rows)
  local choice, open = {}, {}
  for _, row in ipairs(rows) do
    choice[row.name] = {}
    for column, alternatives in ipairs(row.cells) do
      choice[row.name][column] = alternatives[1]
      if alternatives[2] and #open < CHOICES then
        open[#open + 1] = { row = row.name, column = column, alternatives = alternatives }
      end
    end
  end
  local bits = -1
  return function()
    bits = bits + 1
    if bits >= 1 << #open then
      return nil
    end
    for i, cell in ipairs(open) do
      choice[cell.row][cell.column] = cell.alternatives[(bits >> (i - 1) & 1) + 1]
    end
    return choice
  end
end

local function copy_of(choice)
  local copy = {}
  for name, lists in pairs(choice) do
    copy[name] = table.move(lists, 1, #lists, 1, {})
  end
  return copy
end

-- ---- the rules ----------------------------------------------------------------

--- For each rule: which rows it is about, and in which columns it answers ("all").
local function uses_of(needs, chosen)
  local uses = {}
  for _, need in ipairs(needs) do
    for _, way in ipairs(need.ways) do
      if is_chosen(chosen, way) then
        for _, symbol in ipairs(way) do
          local use = uses[symbol.key] or { rows = {}, columns = {} }
          uses[symbol.key], use.columns[symbol.answers or "all"] = use, true
          for _, name in ipairs(need.rows) do
            use.rows[name] = true
          end
        end
        break
      end
    end
  end
  return uses
end

--- The rules. One about all columns that answers in one is said to be about that.
local function assign(rows, needs, chosen)
  local list = {}
  for key, use in pairs(uses_of(needs, chosen)) do
    local symbol, only = chosen[key], next(use.columns)
    if only == "all" or next(use.columns, only) then
      only = nil
    end
    local cover = { level = symbol.level, column = symbol.column or only, when = symbol.when,
                    outcome = symbol.outcome, rows = {}, key = key }
    for i, row in ipairs(rows) do
      if use.rows[row.name] then
        cover.first = cover.first or i
        table.insert(cover.rows, row.name)
      end
    end
    list[#list + 1] = cover
  end
  return list
end

--- Conditions first, then one column, then all; what nobody has seen comes last.
local function comes_before(a, b)
  if a.level ~= b.level then
    return a.level < b.level
  elseif (a.column == nil) ~= (b.column == nil) then
    return a.column ~= nil
  elseif (a.outcome.kind == "unknown") ~= (b.outcome.kind == "unknown") then
    return b.outcome.kind == "unknown"
  elseif not a.column and a.level == LAST and #a.rows ~= #b.rows then
    return #a.rows < #b.rows
  elseif a.first ~= b.first then
    return a.first < b.first
  end
  return a.key < b.key
end

--- The fewest rules for these rows, in their order; and the list that was chosen for
--- each cell, by row and column.
---@param rows jobgate.learn.Row[] of one column each or of two
---@return jobgate.learn.Cover[], table<string, jobgate.learn.Entry[][]>
function M.rules(rows)
  local best, most, needs, chosen = nil, math.huge, nil, nil
  for choice in choices_of(rows) do
    local these = needs_of(rows, choice)
    local found, size = search(these, most)
    if found then
      best, most, needs, chosen = found, size, these, copy_of(choice)
    end
  end
  local list = assign(rows, needs, best)
  table.sort(list, comes_before)
  return list, chosen
end

return M
