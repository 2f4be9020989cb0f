--- Conformance as text and as Markdown.

local escape = require "jobgate.escape"

local M = {}

local PROVENANCES = { "documented", "observed", "ours" }
local KINDS = { ["in process"] = "the double in this process", double = "a running double",
  endpoint = "an endpoint" }
local NAMED = 4 -- ids beside a reason, at most

--- The cases that have an outcome, and of one provenance if that is said.
local function with_outcome(result, outcome, provenance)
  local list = {}
  for _, case in ipairs(result.cases) do
    if case.outcome == outcome and (not provenance or case.provenance == provenance) then
      list[#list + 1] = case
    end
  end
  return list
end

local function title(result)
  local kind = KINDS[result.target.kind]
  return result.target.url and ("%s (%s)"):format(escape.line(result.target.url), kind) or kind
end

--- The reasons why cases were not run, the most frequent first: { why, cases }.
local function reasons(result)
  local found, list = {}, {}
  for _, case in ipairs(with_outcome(result, "not run")) do
    local why = case.why:gsub("^it is about [%w_]+ = .*$", "it is about another reading")
    if not found[why] then
      found[why] = { why = why, cases = {} }
      list[#list + 1] = found[why]
    end
    table.insert(found[why].cases, case.id)
  end
  table.sort(list, function(one, other)
    return #one.cases > #other.cases or #one.cases == #other.cases and one.why < other.why
  end)
  return list
end

local function named(ids)
  local text = table.concat(ids, ", ", 1, math.min(#ids, NAMED))
  return text .. (#ids > NAMED and ", ..." or "")
end

--- What is said of a reading; nil when it is as expected.
local function about(reading)
  if reading.contradicted and reading.shown then
    return ("%s, not %s (%s)"):format(reading.shown, reading.expected, reading.case)
  elseif not reading.shown then
    return reading.why
  end
end

--- The readings of which something is to be said.
local function readings_where(result, contradicted)
  local list = {}
  for _, reading in ipairs(result.readings) do
    if about(reading) and reading.contradicted == contradicted then
      list[#list + 1] = reading
    end
  end
  return list
end

--- Why a case failed.
local function failure(case)
  return case.why .. (case.reading and ("; it reads %s otherwise"):format(case.reading) or "")
end

--- ---- text ------------------------------------------------------------------------

local Lines = {}
Lines.__index = Lines

function Lines:add(...)
  self[#self + 1] = (...):format(select(2, ...))
end

local function totals(lines, result)
  lines:add("%s: %d requests, %.1f s", title(result), result.requests, result.seconds)
  lines:add("%-12s %7s %7s %7s", "", "passed", "failed", "not run")
  for _, name in ipairs(PROVENANCES) do
    local total = result.totals[name]
    lines:add("%-12s %7d %7d %7d", name, total.passed, total.failed, total.not_run)
  end
end

local function list_readings(lines, heading, readings)
  if #readings > 0 then
    lines:add("\n%s", heading)
  end
  for _, reading in ipairs(readings) do
    lines:add("  %s: %s", reading.name, escape.line(about(reading)))
  end
end

local function list_failures(lines, heading, cases)
  if #cases > 0 then
    lines:add("\n%s", heading)
  end
  for _, case in ipairs(cases) do
    lines:add("  %s: %s (%s)", case.id, case.title, case.source)
    lines:add("    %s", escape.line(failure(case)))
  end
end

---@param result jobgate.Conformance
---@return string
function M.text(result)
  local lines = setmetatable({}, Lines)
  totals(lines, result)
  if result.interrupted then
    lines:add("\nnot to the end: %s", escape.line(result.interrupted))
  end
  list_readings(lines, "readings that it contradicts", readings_where(result, true))
  list_readings(lines, "readings that cannot be told", readings_where(result, false))
  for _, name in ipairs(PROVENANCES) do
    list_failures(lines, "failed, " .. name, with_outcome(result, "failed", name))
  end
  local left = reasons(result)
  if #left > 0 then
    lines:add "\nnot run"
  end
  for _, reason in ipairs(left) do
    lines:add("  %d: %s (%s)", #reason.cases, escape.line(reason.why), named(reason.cases))
  end
  return table.concat(lines, "\n") .. "\n"
end

--- ---- Markdown ----------------------------------------------------------------------

local function md_readings(lines, heading, readings)
  if #readings > 0 then
    lines:add("\n## %s\n", heading)
  end
  for _, reading in ipairs(readings) do
    lines:add("* `%s`: %s", reading.name, escape.md(about(reading)))
  end
end

local function md_failures(lines, heading, cases)
  if #cases > 0 then
    lines:add("\n## %s\n\n| case | where it stands | what came |\n| --- | --- | --- |", heading)
  end
  for _, case in ipairs(cases) do
    lines:add("| `%s` %s | %s | %s |", case.id, escape.md(case.title), escape.md(case.source),
      escape.md(failure(case)))
  end
end

---@param result jobgate.Conformance
---@return string
function M.md(result)
  local lines = setmetatable({}, Lines)
  lines:add("# Conformance of %s\n", escape.md(title(result)))
  lines:add "| provenance | passed | failed | not run |\n| --- | ---: | ---: | ---: |"
  for _, name in ipairs(PROVENANCES) do
    local total = result.totals[name]
    lines:add("| %s | %d | %d | %d |", name, total.passed, total.failed, total.not_run)
  end
  lines:add("\n%d requests, %.1f s", result.requests, result.seconds)
  if result.interrupted then
    lines:add("\nNot to the end: %s", escape.md(result.interrupted))
  end
  md_readings(lines, "Readings that it contradicts", readings_where(result, true))
  md_readings(lines, "Readings that cannot be told", readings_where(result, false))
  for _, name in ipairs(PROVENANCES) do
    md_failures(lines, "Failed, " .. name, with_outcome(result, "failed", name))
  end
  local left = reasons(result)
  if #left > 0 then
    lines:add "\n## Not run\n\n| cases | why | such as |\n| ---: | --- | --- |"
  end
  for _, reason in ipairs(left) do
    lines:add("| %d | %s | %s |", #reason.cases, escape.md(reason.why),
      escape.md(named(reason.cases)))
  end
  return table.concat(lines, "\n") .. "\n"
end

return M
