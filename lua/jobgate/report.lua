--- Coverage as a page of HTML that needs nothing beside it: to read on a screen, on a
--- phone and on paper. No script is in it, and what foreign text could load is
--- forbidden by the page itself.

local contract = require "jobgate.coverage_contract"
local counts = require "jobgate.report_counts"
local graph = require "jobgate.report_graph"
local html = require "jobgate.report_html"
local plural = require "jobgate.plural"
local requests = require "jobgate.report_requests"
local style = require "jobgate.report_style"

local WARNING = '<p class="warning"><b class="bad">!</b> %s</p>'

--- What is counted in the head: of the result, and as a reader calls it.
local measures = {
  { of = "errors", name = "documented errors" }, { of = "statuses", name = "statuses" },
  { of = "operations", name = "operations" },
}

--- "12 of 30 documented errors, 9 of 13 statuses, 5 of 6 operations; 40 requests".
local function sentence(coverage)
  local pieces = {}
  for i, measure in ipairs(measures) do
    local counters = coverage[measure.of]
    pieces[i] = ("%d of %d %s"):format(contract.met(counters), #counters, measure.name)
  end
  return table.concat(pieces, ", ") .. "; " .. plural(coverage.requests, "request")
end

--- Was what was required met? "" when nothing was.
local function verdict(coverage)
  local short
  for _, requirement in ipairs(coverage.required or {}) do
    short = short or not requirement.fine
  end
  if not coverage.required then
    return ""
  end
  return short and '<strong class="bad">✗ Less was met than is required.</strong>'
    or '<strong class="good">✓ What is required was met.</strong>'
end

local function tiles(coverage)
  local lines = { '<ul class="tiles">' }
  for i, measure in ipairs(measures) do
    local counters = coverage[measure.of]
    local count = contract.met(counters)
    lines[i + 1] = ('<li><strong>%d of %d</strong> %s<span class="bar"><i style="width: %d%%"></i>'
      .. "</span></li>"):format(count, #counters, measure.name, 100 * count // #counters)
  end
  lines[#lines + 1] = ("<li><strong>%d</strong> %s</li>\n</ul>"):format(coverage.requests,
    coverage.requests == 1 and "request" or "requests")
  return table.concat(lines, "\n")
end

local function list_of(names)
  local parts = {}
  for i, name in ipairs(names) do
    parts[i] = html.code(name)
  end
  return table.concat(parts, "<br/>")
end

local function facts(coverage)
  local lines = { "<dl>" }
  local function add(what, text)
    lines[#lines + 1] = ("<dt>%s</dt><dd>%s</dd>"):format(what, text)
  end
  if coverage.command then
    add("Command", list_of { coverage.command })
  end
  if not coverage.temporary then
    add(#coverage.journals == 1 and "Journal" or "Journals", list_of(coverage.journals))
  end
  add(#coverage.policies == 1 and "Policy" or "Policies", list_of(coverage.policies))
  if coverage.first then
    add("First request", html.time(coverage.first) .. " UTC, by the host's clock")
    add("Last request", html.time(coverage.last) .. " UTC")
  end
  lines[#lines + 1] = "</dl>"
  return table.concat(lines, "\n")
end

local function warnings(coverage)
  local lines = {}
  for _, warning in ipairs(coverage.warnings) do
    lines[#lines + 1] = WARNING:format(html.text(warning))
  end
  if coverage.broken > 0 then
    lines[#lines + 1] = WARNING:format(("A policy broke: %s."):format(
      plural(coverage.broken, "time")))
  end
  return table.concat(lines, "\n")
end

local function navigation(coverage)
  local links = {}
  for _, link in ipairs {
    { "required", "Required", coverage.required }, { "statuses", "Statuses", true },
    { "errors", "Errors", true }, { "operations", "Operations", true },
    { "faults", "Faults", true }, { "requests", "Requests", coverage.log },
  } do
    links[#links + 1] = link[3] and ('<a href="#%s">%s</a>'):format(link[1], link[2]) or nil
  end
  return '<nav aria-label="Parts of the report">' .. table.concat(links, "\n") .. "</nav>"
end

local function head(coverage)
  return ([[
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<title>Contract coverage: %s</title>
<style>
%s</style>
</head>]]):format(sentence(coverage), style)
end

--- The report as a page. The same coverage gives the same bytes.
---@param coverage jobgate.Coverage best with `log`: requests are listed then
---@return string
return function(coverage)
  local parts = {
    head(coverage), "<body>", "<header>",
    "<h1>Contract coverage</h1>",
    ('<p class="verdict">%s%s</p>'):format(verdict(coverage), sentence(coverage)),
    tiles(coverage), facts(coverage), warnings(coverage), navigation(coverage), "</header>",
    "<main>", counts.required(coverage), graph(coverage), counts.errors(coverage),
    counts.operations(coverage), counts.faults(coverage), requests(coverage), "</main>",
    "</body>", "</html>\n",
  }
  return table.concat(parts, "\n")
end
