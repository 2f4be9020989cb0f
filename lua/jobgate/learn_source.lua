--- What was learnt as a policy: Lua with comments that say how sure it is.

local escape = require "jobgate.escape"
local events = require "jobgate.explore_events"

local WIDTH = 100

local M = {}

--- A text of Lua, in one line.
local function quoted(text)
  local plain = escape.line(text)
  if plain:find('"', 1, true) and not plain:find("['\\]") then
    return "'" .. plain .. "'"
  end
  return ("%q"):format(plain)
end

--- The same with every byte that it has: clients are answered with it.
local function exactly(text)
  return (("%q"):format(text):gsub("\\\n", "\\n"):gsub("[\r\0]", function(byte)
    return ("\\%03d"):format(byte:byte())
  end))
end

--- A list of words, in lines that are not too long where it stands in a rule.
local function list_text(list)
  local lines, line = {}, "{"
  for i, each in ipairs(list) do
    local text = (" %q%s"):format(each, i < #list and "," or "")
    if #line + #text > WIDTH - 20 then
      lines[#lines + 1], line = line, (" "):rep(11)
    end
    line = line .. text
  end
  lines[#lines + 1] = line
  return #list == 1 and ("%q"):format(list[1]) or table.concat(lines, "\n") .. " }"
end

--- Pieces behind each other, in lines that are not too long.
local function wrapped(pieces, first, indent, last)
  local lines, line = {}, first
  for i, piece in ipairs(pieces) do
    local text = piece .. (i < #pieces and "," or last)
    if line ~= first and #line + 1 + #text > WIDTH then
      lines[#lines + 1], line = line, indent .. text
    else
      line = line .. " " .. text
    end
    local before, behind = line:match "^(.*)\n(.-)$"
    if before then
      lines[#lines + 1], line = before, behind
    end
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n")
end

local function comment(lines, text, indent)
  local words = {}
  for word in escape.line(text):gmatch "%S+" do
    words[#words + 1] = word
  end
  local line = (indent or "") .. "--"
  for _, word in ipairs(words) do
    if #line + 1 + #word > WIDTH then
      lines[#lines + 1], line = line, (indent or "") .. "--  "
    end
    line = line .. " " .. word
  end
  lines[#lines + 1] = line
end

local function count_of(n, one)
  return ("%d %s%s"):format(n, one, n == 1 and "" or "s")
end

M.count_of = count_of

-- ---- rules --------------------------------------------------------------------

local function refuse_text(refuse, catalogue)
  if refuse.row then
    return "refuse = errors." .. catalogue[refuse.row].name
  end
  return ("refuse = { code = %q, http = %d, message = %s }"):format(refuse.code, refuse.http,
    exactly(refuse.message))
end

local function rule_text(rule, catalogue)
  local pieces = { "name = " .. quoted(rule.name) }
  local function add(text)
    pieces[#pieces + 1] = text
  end
  add(rule.on and ("on = %q"):format(rule.on) or nil)
  add(rule.from and "from = " .. list_text(rule.from) or nil)
  add(rule.to and ("to = %q"):format(rule.to) or nil)
  add(rule.after and ("after = %d"):format(rule.after) or nil)
  add(rule.when and "when = " .. quoted(rule.when) or nil)
  add(rule.become and ("become = %q"):format(rule.become) or nil)
  add(rule.refuse and refuse_text(rule.refuse, catalogue) or nil)
  return wrapped(pieces, "  {", "    ", " },")
end

local function rule_comment(rule)
  if rule.unknown then
    return "nobody has seen what the policy answers here: this is a guess"
  end
  return count_of(rule.seen, rule.on == "tick" and "event" or "request")
    .. (rule.at_most and "; it may be sooner: nobody saw when the jobs took their status" or "")
end

-- ---- what is said before ------------------------------------------------------

--- A cell for people.
local function cell_text(cell)
  if cell.operation == "tick" then
    return cell.from .. ", by itself"
  elseif cell.to then
    return ("%s, %s requested"):format(cell.from, cell.to)
  end
  return cell.from and ("%s, %s"):format(cell.from, cell.operation) or cell.operation
end

local LEFT_OUT = {
  { "checks",   "answered before the policy was asked" },
  { "in_front", "answered by a rule in front of it" },
  { "broken",   "at which it broke" },
  { "dropped",  "dropped before it decided" },
  { "spoilt",   "whose answer a fault has spoilt" },
}

--- What was left out, in a few words; nil: nothing.
local function left_out(result)
  local pieces = {}
  for _, each in ipairs(LEFT_OUT) do
    local n = result.left_out[each[1]]
    pieces[#pieces + 1] = n > 0 and ("%d %s"):format(n, each[2]) or nil
  end
  return #pieces > 0 and "left out: " .. table.concat(pieces, ", ") or nil
end

--- A conflict in lines: the cell, then what was seen.
---@param conflict jobgate.Learned.Conflict
---@return string[]
function M.conflict(conflict)
  local lines = { "conflict: " .. cell_text(conflict) }
  for i, outcome in ipairs(conflict.outcomes) do
    lines[i + 1] = ("%s, %s, first at %s:%d%s"):format(outcome.text,
      count_of(outcome.times, "time"), outcome.file, outcome.line, i == 1 and " (learnt)" or "")
  end
  return lines
end

--- Cells that were never seen, by requested status.
local function add_unknown(notes, result)
  local by_to, order = {}, {}
  for _, cell in ipairs(result.unknown) do
    if not by_to[cell.to] then
      by_to[cell.to], order[#order + 1] = {}, cell.to
    end
    table.insert(by_to[cell.to], cell.from)
  end
  for _, to in ipairs(order) do
    notes[#notes + 1] = ("never seen: %s requested of %s"):format(to, table.concat(by_to[to], " "))
  end
end

--- What a reader has to know before the policy is trusted, but for conflicts.
---@param result jobgate.Learned
---@return string[]
function M.notes(result)
  local notes, unasked, stays = {}, {}, {}
  notes[1] = left_out(result)
  add_unknown(notes, result)
  for i, each in ipairs(result.unasked) do
    local some = each.from and #each.from < #events.STATUSES
    unasked[i] = each.operation .. (some and " of " .. table.concat(each.from, " ") or "")
  end
  for i, stay in ipairs(result.stays) do
    stays[i] = stay.status .. (stay.seconds > 0 and (" in %d s"):format(stay.seconds) or "")
  end
  if #unasked > 0 then
    notes[#notes + 1] = "never asked, and accepted as usual: " .. table.concat(unasked, ", ")
  end
  if #stays > 0 then
    notes[#notes + 1] = "never seen to change by themselves: " .. table.concat(stays, ", ")
  end
  for _, warning in ipairs(result.warnings) do
    notes[#notes + 1] = "warning: " .. warning
  end
  return notes
end

local function head(lines, result)
  comment(lines, ("Learnt from %s and %s of %s: %s."):format(count_of(result.requests, "request"),
    count_of(result.events, "event"),
    #result.journals == 1 and "a journal" or #result.journals .. " journals",
    count_of(#result.rules, "rule")))
  if result.readings ~= "" then
    comment(lines, "readings: " .. result.readings)
  end
  for _, note in ipairs(M.notes(result)) do
    comment(lines, note)
  end
  for _, conflict in ipairs(result.conflicts) do
    for i, line in ipairs(M.conflict(conflict)) do
      comment(lines, i == 1 and line or "* " .. line)
    end
  end
end

--- Codes that are no rows, and the reason that rules ask for, have to be declared.
local function declaration(result)
  local codes, seen, pieces = {}, {}, {}
  for _, rule in ipairs(result.rules) do
    local code = rule.refuse and not rule.refuse.row and rule.refuse.code
    if code and not seen[code] then
      seen[code], codes[#codes + 1] = true, ("%q"):format(code)
    end
  end
  pieces[1] = #codes > 0 and ("codes = { %s }"):format(table.concat(codes, ", ")) or nil
  pieces[#pieces + 1] = result.reason and ("reasons = { %s }"):format(exactly(result.reason)) or nil
  return #pieces > 0 and ("declare { %s }\n"):format(table.concat(pieces, ", ")) or nil
end

--- The source of a policy.
---@param result jobgate.Learned
---@param catalogue table<string, table> rows by id
---@return string
function M.source(result, catalogue)
  local lines = {}
  head(lines, result)
  lines[#lines + 1] = ""
  lines[#lines + 1] = declaration(result)
  lines[#lines + 1] = "return {"
  for _, rule in ipairs(result.rules) do
    comment(lines, rule_comment(rule), "  ")
    lines[#lines + 1] = rule_text(rule, catalogue)
  end
  lines[#lines + 1] = "}"
  return table.concat(lines, "\n") .. "\n"
end

return M
