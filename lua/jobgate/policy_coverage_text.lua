--- Which rules a command has used, for people: a line for each policy, its source with
--- the counts in the margin, or Markdown.

local escape = require "jobgate.escape"
local plural = require "jobgate.plural"

local M = {}

local function share(met, of, what)
  return ("%d of %s"):format(met, plural(of, what))
end

local function conditions_of(source)
  local met, of = 0, 0
  for _, rule in ipairs(source.rules) do
    for _, each in ipairs(rule.conditions) do
      met, of = met + (each.covered and 1 or 0), of + 1
    end
  end
  return met, of
end

--- "policies/night.lua: 3 of 4 rules, 1 of 1 condition, 12 decisions".
local function head(source)
  local name = escape.line(source.file)
  if source.opened == 0 then
    return name .. ": was never opened"
  elseif #source.rules == 0 then
    return ("%s: a function decides, %s"):format(name, plural(source.decisions, "decision"))
  end
  local met, of = conditions_of(source)
  return ("%s: %s, %s, %s"):format(name, share(source.met, #source.rules, "rule"),
    share(met, of, "condition"), plural(source.decisions, "decision"))
end

local function rule_name(rule)
  return rule.name and escape.line(rule.name) or ("the rule of line %d"):format(rule.line)
end

--- What is to be said of a rule beside how often it answered.
local function remarks(rule)
  local list = {}
  if not rule.covered then
    list[1] = rule.tried > 0 and ("tried %s, never answered"):format(plural(rule.tried, "time"))
      or "never tried"
  end
  if rule.counts.broke > 0 then
    list[#list + 1] = "broke " .. plural(rule.counts.broke, "time")
  end
  for _, each in ipairs(rule.conditions) do
    list[#list + 1] = ("%s: yes %d, no %d%s"):format(each.what, each.yes, each.no,
      each.covered and "" or " (both are to be seen)")
  end
  return table.concat(list, "; ")
end

--- What follows the line of a source that rules stand on.
local function below(lines, rules)
  for _, rule in ipairs(rules) do
    local text = remarks(rule)
    if #rules > 1 or text ~= "" then
      lines[#lines + 1] = ("%9s       | %s%s"):format(#rules > 1 and rule.answered or "",
        rule_name(rule), text ~= "" and ": " .. text or "")
    end
  end
end

--- A source with its counts.
local function listing(lines, source)
  local by_line, number = {}, 0
  for _, rule in ipairs(source.rules) do
    by_line[rule.line] = by_line[rule.line] or {}
    table.insert(by_line[rule.line], rule)
  end
  for text in (source.text:gsub("\n?$", "\n", 1)):gmatch "([^\n]*)\n" do
    number = number + 1
    local rules, answered = by_line[number], 0
    for _, rule in ipairs(rules or {}) do
      answered = answered + rule.answered
    end
    lines[#lines + 1] = ("%9s:%5d:%s"):format(rules and (answered > 0 and answered or "#####")
      or "-", number, escape.line(text))
    below(lines, rules or {})
  end
end

local function notes(result)
  local lines = {}
  local function note(number, one, many)
    if number > 0 then
      lines[#lines + 1] = ("%d %s"):format(number, number == 1 and one or many)
    end
  end
  note(result.left_out, "policy is left out: a text, or a file that is gone",
    "policies are left out: texts, or files that are gone")
  note(result.unclosed, "host was never closed, so what it did is not known",
    "hosts were never closed, so what they did is not known")
  note(result.cut, "decision tried more rules than are kept",
    "decisions tried more rules than are kept")
  if #result.policies == 0 then
    lines[#lines + 1] = "the command has opened no policy that could be listed"
  end
  local required = result.required
  if required then
    lines[#lines + 1] = ("required: %d%% of rules and of conditions: %s"):format(required.percent,
      required.fine and "fine" or "not met")
  end
  return lines
end

local function verdict(result)
  return ("policy coverage: %s, %s"):format(share(result.rules.met, result.rules.of, "rule"),
    share(result.conditions.met, result.conditions.of, "condition"))
end

--- As text; with `options.coverage` with the sources.
---@param result jobgate.PolicyCoverage
---@param options { coverage: boolean|nil }|nil
---@return string
function M.text(result, options)
  local lines = { verdict(result) }
  for _, source in ipairs(result.policies) do
    lines[#lines + 1] = "  " .. head(source)
    if options and options.coverage then
      listing(lines, source)
    end
  end
  for _, note in ipairs(notes(result)) do
    lines[#lines + 1] = "  " .. note
  end
  return table.concat(lines, "\n") .. "\n"
end

--- As Markdown; with `options.coverage` with all rules, else with those that are not
--- covered.
---@param result jobgate.PolicyCoverage
---@param options { coverage: boolean|nil }|nil
---@return string
function M.md(result, options)
  local lines = { "## Policy coverage", "", verdict(result) .. "." }
  for _, source in ipairs(result.policies) do
    table.move({ "", "### " .. escape.md(head(source)), "",
      "| line | rule | tried | answered | |", "| ---: | --- | ---: | ---: | --- |" }, 1, 5,
      #lines + 1, lines)
    for _, rule in ipairs(source.rules) do
      if options and options.coverage or remarks(rule) ~= "" then
        lines[#lines + 1] = ("| %d | %s | %d | %d | %s |"):format(rule.line,
          escape.md(rule_name(rule)), rule.tried, rule.answered, escape.md(remarks(rule)))
      end
    end
  end
  for i, note in ipairs(notes(result)) do
    lines[#lines + 1] = (i == 1 and "\n* " or "* ") .. escape.md(note)
  end
  return table.concat(lines, "\n") .. "\n"
end

return M
