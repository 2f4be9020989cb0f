--- A matrix as a page for a forge, with its graph.

local escape = require "jobgate.escape"
local graph_text = require "jobgate.graph_text"
local words = require "jobgate.matrix_words"

--- Text of ours and of the policy, with an arrow for readers.
local function shown(text)
  return (escape.md(text):gsub("%-&#62; ", "→ "))
end

local function cell(of, said)
  local lines = {}
  for i, outcome in ipairs(of.outcomes or {}) do
    lines[i] = shown(words.marked(outcome))
  end
  local faults = words.faults(of)
  if table.concat(faults, "\n") ~= said then
    for _, fault in ipairs(faults) do
      lines[#lines + 1] = shown(fault)
    end
  end
  return table.concat(lines, "<br>")
end

local function main_table(matrix, said)
  local lines = { "| status | Ready | Cancelled | invalid | missing | by itself |",
                  "| --- | --- | --- | --- | --- | --- |" }
  for _, status in ipairs(matrix.statuses) do
    local cells = matrix.cells[status]
    lines[#lines + 1] = ("| %s | %s | %s | %s | %s | %s |"):format(status, cell(cells.Ready, said),
      cell(cells.Cancelled, said), cell(cells.invalid), cell(cells.missing),
      cell(matrix.ticks[status]))
  end
  return table.concat(lines, "\n")
end

local function items(list)
  for i, text in ipairs(list) do
    list[i] = "* " .. text
  end
  return table.concat(list, "\n")
end

local function facts(matrix, said, faults)
  local list = { "CreateJob: " .. cell(matrix.create, said) }
  for _, status in ipairs(matrix.priorities and matrix.statuses or {}) do
    local of = matrix.priorities[status]
    list[#list + 1] = of and ("UpdateJobPriority, %s: %s"):format(status, cell(of)) or nil
  end
  for _, fault in ipairs(faults or {}) do
    list[#list + 1] = "everywhere: " .. shown(fault)
  end
  for _, fact in ipairs(words.facts(matrix.graph)) do
    list[#list + 1] = ("%s: %s"):format(fact.what, fact.text)
  end
  local marks, breaks = words.marks(matrix)
  for _, mark in ipairs(marks) do
    list[#list + 1] = ("`%s` %s"):format(mark.mark, mark.text)
  end
  for _, message in ipairs(breaks) do
    list[#list + 1] = "breaks: " .. escape.md(message)
  end
  return items(list)
end

---@param matrix jobgate.Matrix
---@return string
return function(matrix)
  local said, faults = words.common_faults(matrix)
  local rules = {}
  for i, rule in ipairs(words.rules(matrix)) do
    rules[i] = shown(("%s %s"):format(rule.number, rule.text))
  end
  return table.concat({
    "# " .. escape.md(matrix.policy) .. "\n",
    main_table(matrix, said), "",
    facts(matrix, said, faults),
    "\n## Rules\n",
    items(rules),
    "\n## Graph\n",
    "```mermaid\n" .. graph_text.mermaid(matrix.graph) .. "```\n",
  }, "\n")
end
