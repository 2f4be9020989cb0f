--- The requests in the report, in their order: what was asked, and what became of it.

local html = require "jobgate.report_html"
local plural = require "jobgate.plural"

local OPEN_UP_TO = 200 -- a longer list is opened by who wants to read it

local decisions = {
  accepted = '<b class="good">✓ accepted</b>', refused = '<b class="bad">✗ refused</b>',
  broken = '<b class="bad">! broken</b>', dropped = '<b class="bad">– dropped</b>',
}

--- Parameters that let others ask in one's name.
local SECRETS = {
  ["q-signature"] = true, ["x-cos-security-token"] = true, ["x-amz-signature"] = true,
  ["x-amz-security-token"] = true,
}

local function without_secrets(target)
  return (target:gsub("([?&])([^=&]*)=([^&]*)", function(mark, name, value)
    return mark .. name .. "=" .. (SECRETS[name:lower()] and "…" or value)
  end))
end

--- Rows that have a place in this page.
local function places_of(coverage)
  local places = {}
  for _, list in ipairs { coverage.errors, coverage.others } do
    for _, row in ipairs(list) do
      places[row.name] = row.name
      for _, same in ipairs(row.same or {}) do
        places[same] = row.name
      end
    end
  end
  return places
end

local function asked(request)
  local parts = {}
  if request.operation and request.operation ~= "" then
    parts[1] = "<strong>" .. html.text(request.operation) .. "</strong>"
  end
  parts[#parts + 1] = html.code(request.method .. " " .. without_secrets(request.target))
  if request.space then
    parts[#parts + 1] = "<small>space " .. html.text(request.space) .. "</small>"
  end
  return table.concat(parts, " ")
end

local function change(request)
  local before, after = request.before, request.after
  local text = ""
  if before and after and before ~= after then
    text = html.text(before) .. " → " .. html.text(after)
  elseif before or after then
    text = html.text(before or "→ " .. after)
  end
  if request.requested and request.requested ~= "" then
    text = text .. (" <small>asked: %s</small>"):format(html.text(request.requested))
  end
  return text
end

local function decision(request, places)
  local parts = { decisions[request.result] or html.text(request.result) }
  if request.http ~= 0 then
    parts[#parts + 1] = tostring(request.http)
  end
  if request.code then
    parts[#parts + 1] = html.code(request.code)
  end
  if request.row then
    local row, place = html.text(request.row), places[request.row]
    parts[#parts + 1] = place and ('<a href="#%s">%s</a>'):format(html.text(place), row) or row
  end
  return table.concat(parts, " ")
end

local function rule_of(rule)
  if not rule then
    return ""
  end
  return ("%s<small>%s:%s</small>"):format(rule.name and html.text(rule.name) .. " " or "",
    html.text(rule.file), html.text(rule.line))
end

--- "delay 5, drop after (rule)".
local function faults_of(faults)
  local list = {}
  for _, fault in ipairs(faults or {}) do
    local names = {}
    for name in pairs(fault) do
      names[#names + 1] = name ~= "rule" and name or nil
    end
    table.sort(names)
    for i, name in ipairs(names) do
      names[i] = html.text(("%s %s"):format(name, fault[name]))
    end
    local rule = type(fault.rule) == "table" and fault.rule.name
    list[#list + 1] = table.concat(names, ", ")
      .. (rule and (" <small>%s</small>"):format(html.text(rule)) or "")
  end
  return table.concat(list, "; ")
end

local COLUMNS = {
  { "#", class = "number" }, { "Time", class = "time bare" },
  { "Request", class = "wide bare" }, { "Job" }, { "Status" },
  { "Decision", class = "bare" }, { "Rule", class = "rule" },
}

local function table_of(coverage)
  local rows, places, columns = {}, places_of(coverage), { table.unpack(COLUMNS) }
  for i, request in ipairs(coverage.log) do
    columns[8] = columns[8] or request.faults and { "Faults" }
    rows[i] = {
      tostring(i), html.time(request.time), asked(request),
      request.job and html.code(request.job) or "", change(request), decision(request, places),
      rule_of(request.rule), faults_of(request.faults),
    }
  end
  return html.table {
    caption = "Requests in the order of the journals", class = "cards requests",
    columns = columns, rows = rows,
  }
end

--- "" when requests were not kept.
---@param coverage jobgate.Coverage
---@return string
return function(coverage)
  local log, left_out = coverage.log, coverage.log_left_out or 0
  if not log then
    return ""
  end
  local parts = {}
  if left_out > 0 then
    parts[1] = ("<p>%s: the first %d are listed, %d are left out.</p>"):format(
      plural(#log + left_out, "request"), #log, left_out)
  elseif #log == 0 then
    parts[1] = "<p>There were none.</p>"
  end
  if #log > 0 then
    parts[#parts + 1] = ("<details%s><summary>%s</summary>\n%s\n</details>"):format(
      #log <= OPEN_UP_TO and ' open=""' or "", plural(#log, "request"), table_of(coverage))
  end
  return html.section("requests", "Requests", table.concat(parts, "\n"))
end
