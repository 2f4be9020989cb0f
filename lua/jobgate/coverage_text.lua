--- What a client has met, for a terminal and for a forge.

local contract = require "jobgate.coverage_contract"
local escape = require "jobgate.escape"
local plural = require "jobgate.plural"

local M = {}

--- "12 of 30 documented errors, 9 of 13 statuses, 5 of 6 operations".
---@param result jobgate.Coverage
---@return string
function M.verdict(result)
  return ("%d of %d documented errors, %d of %d statuses, %d of %d operations"):format(
    contract.met(result.errors), #result.errors, contract.met(result.statuses), #result.statuses,
    contract.met(result.operations), #result.operations)
end

--- What was met, "E05 3, E14 1"; nothing: "none".
local function list(counters, name)
  local parts = {}
  for _, counter in ipairs(counters) do
    if counter.hits > 0 then
      parts[#parts + 1] = ("%s %d"):format(counter[name or "name"], counter.hits)
    end
  end
  return #parts > 0 and table.concat(parts, ", ") or "none"
end

--- Broken into lines of a terminal.
local function wrap(head, text)
  local lines, line = {}, head
  for word in text:gmatch "[^,]+,?" do
    word = word:match "^ *(.*)$"
    if #line + #word + 1 > 96 and #line > #head then
      lines[#lines + 1], line = line, (" "):rep(#head)
    end
    line = line .. (#line > #head and " " or "") .. word
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n")
end

--- Everything that was met in a line each, below the verdict.
local function counted(result)
  local lines = {
    wrap("  errors      ", list(result.errors)), wrap("  statuses    ", list(result.statuses)),
    wrap("  operations  ", list(result.operations)),
  }
  for _, row in ipairs { { "faults", result.faults }, { "others", result.others },
    { "own codes", result.undocumented, "code" } } do
    if contract.met(row[2]) > 0 then
      lines[#lines + 1] = wrap(("  %-12s"):format(row[1]), escape.line(list(row[2], row[3])))
    end
  end
  return table.concat(lines, "\n")
end

local colours = { good = "\27[32m", bad = "\27[31m", strong = "\27[1m" }

--- A text for a terminal, where `options.colour` is set with colours.
---@param result jobgate.Coverage
---@param options { colour: boolean|nil }|nil
---@return string
function M.text(result, options)
  local function paint(kind, text)
    return options and options.colour and colours[kind] .. text .. "\27[0m" or text
  end
  local lines = {
    paint("strong", ("contract coverage: %s, %s"):format(plural(result.requests, "request"),
      M.verdict(result))),
    counted(result),
  }
  if result.requests == 0 then
    lines[2] = "  nothing came: does the client use the url that it was given (JOBGATE_URL)?"
  end
  if result.broken > 0 then
    lines[#lines + 1] = paint("bad", "  the policy broke " .. plural(result.broken, "time"))
  end
  for _, warning in ipairs(result.warnings) do
    lines[#lines + 1] = "  warning: " .. escape.line(warning)
  end
  for _, required in ipairs(result.required or {}) do
    local text = ("  required: %d of %d %s, met: %d"):format(required.least, required.of,
      required.what, required.met)
    lines[#lines + 1] = paint(required.fine and "good" or "bad",
      text .. (required.fine and ", fine" or ", missing:"))
    for _, missing in ipairs(required.fine and {} or required.missing) do
      lines[#lines + 1] = ("    %-18s %s"):format(missing.name, missing.hint)
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

--- A cell of a table.
local function cell(text)
  return (escape.md(tostring(text)))
end

local function table_of(lines, title, counters)
  table.move({ "", ("| %s | met | what would bring it about |"):format(title),
    "| --- | ---: | --- |" }, 1, 3, #lines + 1, lines)
  for _, counter in ipairs(counters) do
    lines[#lines + 1] = ("| %s | %d | %s |"):format(cell(counter.name), counter.hits,
      cell(counter.hint or ""))
  end
end

--- Markdown for a forge.
---@param result jobgate.Coverage
---@return string
function M.md(result)
  local lines = { "## Contract coverage", "",
    ("%s, %s."):format(plural(result.requests, "request"), M.verdict(result)) }
  for _, required in ipairs(result.required or {}) do
    lines[#lines + 1] = ("\n* required: %d of %d %s, met: %d: %s"):format(required.least,
      required.of, required.what, required.met, required.fine and "fine" or "**not met**")
  end
  for _, warning in ipairs(result.warnings) do
    lines[#lines + 1] = "\n* warning: " .. cell(warning)
  end
  table_of(lines, "error", result.errors)
  table_of(lines, "status", result.statuses)
  table_of(lines, "operation", result.operations)
  return table.concat(lines, "\n") .. "\n"
end

return M
