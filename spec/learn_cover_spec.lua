-- The fewest rules: what the search of learn finds is compared with what brute force
-- finds, for every table of a few cells.

local cover = require "jobgate.learn_cover"

--- Does a rule match a cell under a fact that holds or does not?
local function is_for(rule, row, column, fact)
  return rule.rows[row] and (not rule.column or rule.column == column)
    and (rule.fact == nil or rule.fact == fact)
end

--- All rules there are over these rows, outcomes and conditions.
local function all_rules(n_rows, n_outcomes, facts)
  local rules = {}
  for bits = 1, (1 << n_rows) - 1 do
    local rows = {}
    for row = 1, n_rows do
      rows[row] = bits >> (row - 1) & 1 == 1
    end
    for column = 0, 2 do
      for outcome = 1, n_outcomes do
        for _, fact in ipairs(facts) do
          rules[#rules + 1] = { rows = rows, column = column > 0 and column or nil,
                                outcome = outcome, fact = fact ~= "any" and fact == "yes" or nil }
          if fact == "no" then
            rules[#rules].fact = false
          end
        end
      end
    end
  end
  return rules
end

--- How many rules each table needs. A list of rules is painted from its end: each
--- one paints over what those behind it have answered. In breadth, so that a
--- table that is seen first is seen with the fewest.
---@param cells { row: integer, column: integer, fact: boolean }[]
local function fewest(rules, cells)
  local masks = {}
  for i, rule in ipairs(rules) do
    masks[i] = {}
    for j, cell in ipairs(cells) do
      masks[i][j] = is_for(rule, cell.row, cell.column, cell.fact)
    end
  end
  local blank = ("0"):rep(#cells)
  local sizes, layer, size = { [blank] = 0 }, { blank }, 0
  while #layer > 0 do
    local following = {}
    size = size + 1
    for _, picture in ipairs(layer) do
      for i, rule in ipairs(rules) do
        local bytes = { picture:byte(1, -1) }
        for j = 1, #cells do
          bytes[j] = masks[i][j] and 48 + rule.outcome or bytes[j]
        end
        local painted = string.char(table.unpack(bytes))
        if not sizes[painted] then
          sizes[painted], following[#following + 1] = size, painted
        end
      end
    end
    layer = following
  end
  return sizes
end

local function outcome(digit)
  return { kind = "become", become = "S" .. digit, key = digit }
end

--- What the learnt list answers, as a picture.
local function answers(covers, cells)
  local digits = {}
  for i, cell in ipairs(cells) do
    for _, rule in ipairs(covers) do
      local rows = {}
      for _, name in ipairs(rule.rows) do
        rows[tonumber(name)] = true
      end
      local fact
      if rule.when then
        fact = rule.when == "yes"
      end
      if is_for({ rows = rows, column = rule.column, fact = fact }, cell.row, cell.column, cell.fact) then
        digits[i] = rule.outcome.key
        break
      end
    end
  end
  return table.concat(digits)
end

--- Compare for each table without a blank. How many there are, and how many are
--- learnt with so many rules more than are needed.
local function compare(sizes, cells, rows_of)
  local tables, more = 0, {}
  for picture, size in pairs(sizes) do
    if not picture:find "0" then
      local covers = cover.rules(rows_of(picture))
      tables = tables + 1
      assert.equal(picture, answers(covers, cells))
      assert.is_true(#covers >= size, picture) -- else brute force has no force
      more[#covers - size] = (more[#covers - size] or 0) + 1
    end
  end
  return tables, more
end

describe("#again the fewest rules", function()
  it("are as few as brute force finds, for every table of 3 statuses and 3 outcomes", function()
    local cells = {}
    for row = 1, 3 do
      for column = 1, 2 do
        cells[#cells + 1] = { row = row, column = column, fact = true }
      end
    end
    local sizes = fewest(all_rules(3, 3, { "any" }), cells)
    local tables, more = compare(sizes, cells, function(picture)
      local rows = {}
      for row = 1, 3 do
        rows[row] = { name = tostring(row), cells = {} }
        for column = 1, 2 do
          local at = 2 * row - 2 + column
          rows[row].cells[column] = { { { outcome = outcome(picture:sub(at, at)), groups = {} } } }
        end
      end
      return rows
    end)
    assert.equal(3 ^ 6, tables)
    assert.same({ [0] = tables }, more)
  end)

  -- One more where a cell without a condition is best said by two rules of opposite
  -- conditions, which the search does not try.
  it("are as few with a condition that holds or not, but for 8 of 256 tables", function()
    local cells = {}
    for row = 1, 2 do
      for column = 1, 2 do
        for _, fact in ipairs { true, false } do
          cells[#cells + 1] = { row = row, column = column, fact = fact }
        end
      end
    end
    local sizes = fewest(all_rules(2, 2, { "any", "yes", "no" }), cells)
    local tables, more = compare(sizes, cells, function(picture)
      local rows, at = {}, 1
      for row = 1, 2 do
        rows[row] = { name = tostring(row), cells = {} }
        for column = 1, 2 do
          local yes, no = outcome(picture:sub(at, at)), outcome(picture:sub(at + 1, at + 1))
          at = at + 2
          rows[row].cells[column] = yes.key == no.key and { { { outcome = yes, groups = {} } } } or {
            { { when = "yes", outcome = yes, groups = {} }, { outcome = no, groups = {} } },
            { { when = "no", outcome = no, groups = {} }, { outcome = yes, groups = {} } },
          }
        end
      end
      return rows
    end)
    assert.equal(2 ^ 8, tables)
    assert.same({ [0] = 248, [1] = 8 }, more)
  end)
end)
