-- The report of coverage: a page of HTML, made from the journal of a host.

local core = require "jobgate.core"
local coverage = require "jobgate.coverage"
local report = require "jobgate.report"
local stories = require "support.report"
local submissions = require "jobgate.conformance.submissions"
local svg = require "jobgate.graph_svg"

--- What XPath finds in a page, which is nil when it is no XML.
local function found(page, path)
  return core.find(page:gsub("^<!DOCTYPE html>\n", ""), path)
end

local function count(page, path)
  local number = assert(found(page, "count(" .. path .. ")"), "the page is no XML")
  return math.tointeger(tonumber(number))
end

--- The cells of a row of a table.
local function cells(page, path)
  local list = {}
  for i = 1, count(page, path .. "/*") do
    list[i] = found(page, ("%s/*[%d]"):format(path, i)) or ""
  end
  return list
end

--- The row with this number of the table with this caption.
local function row(caption, number)
  return ("//table[starts-with(caption, '%s')]/tbody/tr[%d]"):format(caption, number)
end

local function all(text, pattern)
  local list = {}
  for one in text:gmatch(pattern) do
    list[#list + 1] = one
  end
  return list
end

--- What holds for every page.
local function assert_sound(page)
  assert.match("^<!DOCTYPE html>\n<html lang=\"en\">", page)
  assert.is_truthy(utf8.len(page))
  assert.equal(1, count(page, "//h1"))
  assert.equal(0, count(page, "//script"))
  assert.equal(1, count(page, "//style"))
  assert.equal(1, count(page, "//meta[@http-equiv='Content-Security-Policy']"))
  assert.equal(0, count(page, "//@src"))
  assert.equal(count(page, "//@href"), count(page, "//@href[starts-with(., '#')]"))
  assert.equal(count(page, "//table"), count(page, "//table[caption and thead/tr/th[@scope='col']]"))
  assert.equal(count(page, "//tbody/tr"), count(page, "//tbody/tr[th[@scope='row']]"))
  assert.is_nil(page:find "@import")
  for _, address in ipairs(all(page, "url%((.-)%)")) do
    assert.match("^#", address)
  end
  local ids = {}
  for _, id in ipairs(all(page, ' id="(.-)"')) do
    assert.is_nil(ids[id], id)
    ids[id] = true
  end
  for _, list in ipairs { all(page, ' href="#(.-)"'), all(page, "url%(#(.-)%)") } do
    for _, id in ipairs(list) do
      assert.is_true(ids[id], id)
    end
  end
end

describe("a report", function()
  local required = { errors = { least = 3 }, statuses = { percent = 100 }, operations = { least = 7 } }
  local journal, seen, page

  lazy_setup(function()
    journal = stories.journal(stories.everything)
    seen = assert(coverage({ journal.path }, { log = 2000, require = required }))
    page = report(seen)
  end)

  lazy_teardown(function()
    os.remove(journal.path)
  end)

  it("is a page that is XML, too, and needs nothing beside it", function()
    assert_sound(page)
    assert.is_nil(page:find("://", 1, true))
  end)

  it("is the same each time", function()
    assert.equal(page, report(assert(coverage({ journal.path }, { log = 2000, require = required }))))
  end)

  it("begins with how much was met", function()
    local sentence = "4 of 30 documented errors, 9 of 13 statuses, 6 of 6 operations; 26 requests"
    assert.equal("Contract coverage: " .. sentence, found(page, "//title"))
    assert.equal(sentence, found(page, "//p[@class='verdict']/text()"))
    assert.equal("✗ Less was met than is required.", found(page, "//p[@class='verdict']/strong"))
    assert.equal("width: 13%", found(page, "//ul[@class='tiles']/li[1]//i/@style"))
  end)

  it("says which journal it was, and when", function()
    assert.equal(journal.path, found(page, "//dl/dd[1]"))
    assert.equal("(policy_source)", found(page, "//dl/dd[2]"))
    assert.equal("2026-01-01 00:00:00 UTC, by the host's clock", found(page, "//dl/dd[3]"))
    assert.equal("2026-01-01 00:00:17 UTC", found(page, "//dl/dd[4]"))
    assert.equal("! A policy broke: 1 time.", found(page, "//p[@class='warning']"))
  end)

  it("says what is required, and what would meet the rest", function()
    local section = "//section[@id='required']"
    assert.equal("✓ enough errors: 4 of 30 met, at least 3 required.", found(page, section .. "/p[1]"))
    assert.equal("✗ not enough statuses: 9 of 13 met, at least 13 required.",
      found(page, section .. "/p[2]"))
    assert.same({ "Suspended", 'a job: POST /_jobgate/jobs {"id": "ID", "status": "Suspended"}; GET /jobs/ID' },
      cells(page, row("What was not met of the statuses", 1)))
    assert.equal(1, count(page, section .. "/details[@open]"))
  end)

  it("marks in the graph what was met, and has each transition with its count", function()
    assert.equal(9, count(page, "//svg//g[@class='status met']/text[@class='name']"))
    assert.equal("Suspended", found(page, "//svg//g[@class='status unmet']/text[@class='name']"))
    assert.equal("not met", found(page, "//svg//g[@class='status unmet']/text[@class='note']"))
    assert.equal(#seen.transitions, count(page, "//svg//path[not(starts-with(@d, 'M0 8'))]"))
    for _, transition in ipairs(seen.transitions) do
      local story = ("%s -> %s, "):format(transition.from or "CreateJob", transition.to)
      local label = found(page, ("//svg//g[starts-with(title, '%s') and contains(title, '×%d')]/text"):format(
        story, transition.hits))
      assert.match("×" .. transition.hits .. "$", label, 1, story)
    end
    assert.equal(#seen.transitions, count(page, "//table[starts-with(caption, 'Transitions')]/tbody/tr"))
    assert.same({ "no job", "New", "CreateJob", "×2" }, cells(page, row("Transitions", 1)))
  end)

  it("has each documented error with its hits, or what would meet it", function()
    for i, of in ipairs(seen.errors) do
      local said = cells(page, row("Errors documented", i))
      assert.same({ of.name, of.code, tostring(of.http), of.operations }, { table.unpack(said, 1, 4) })
      assert.equal(of.hits > 0 and "✓ ×" .. of.hits or "✗ not met", said[5])
      assert.is_truthy(said[6]:find(of.message, 1, true))
      assert.equal(of.hits == 0, said[6]:find("to meet it: ", 1, true) ~= nil)
    end
    assert.equal(26, count(page, "//table[starts-with(caption, 'Errors')]//tr[@class='unmet']"))
    assert.same({ "E15", "InvalidRequest", "400", "UpdateJobStatus", "✓ ×1",
      "The job cannot change to the requested status. also E42" }, cells(page, "//tr[@id='E15']"))
  end)

  it("has other errors, and codes of a policy's own", function()
    assert.equal("✓ ×2", found(page, "//tr[@id='D11']/td[4]"))
    assert.same({ "Mine", "409", "×1" }, cells(page, row("Codes", 1)))
  end)

  it("has operations and faults with their counts", function()
    assert.same({ "CreateJob", "✓ ×2" }, cells(page, row("Operations", 1)))
    assert.same({ "delay", "the answer came late", "×2" }, cells(page, row("What went wrong", 1)))
    assert.equal("none", cells(page, row("What went wrong", 2))[3])
  end)

  it("has the requests in their order, with decision, rule and faults", function()
    assert.equal(26, count(page, "//table[starts-with(caption, 'Requests')]/tbody/tr"))
    assert.equal(1, count(page, "//section[@id='requests']/details[@open]"))
    assert.same({ "1", "2026-01-01 00:00:00",
      "UpdateJobStatus POST /jobs/j1/status?requestedJobStatus=Ready&statusUpdateReason=go%20on", "j1",
      "Suspended → Ready asked: Ready", "✓ accepted 200",
      "confirm a suspended job (built-in)/documented.lua:21", "" }, cells(page, row("Requests", 1)))
    assert.same({ "Ready asked: Ready", "✗ refused 400 InvalidRequest E15" },
      { table.unpack(cells(page, row("Requests", 2)), 5, 6) })
    assert.equal("#E15", found(page, row("Requests", 2) .. "//@href"))
    assert.same({ "Active → Cancelling asked: Cancelled", "– dropped",
      "cancel a running job (built-in)/documented.lua:25", "drop after </style>" },
      { table.unpack(cells(page, row("Requests", 3)), 5) })
    assert.same({ "! broken 500 InternalError S9", "(policy_source):5" },
      { table.unpack(cells(page, row("Requests", 5)), 6, 7) })
    assert.same({ "ListJobs GET /jobs?jobStatuses=New", "garble 1, truncate 100 line noise" },
      { cells(page, row("Requests", 12))[3], cells(page, row("Requests", 12))[8] })
    assert.equal("→ New", cells(page, row("Requests", 19))[5])
  end)

  it("shows foreign text as text", function()
    assert.equal("GET /jobs/<script>alert(1)</script>", cells(page, row("Requests", 8))[3])
    assert.equal("GET /jobs/\u{FFFD}\u{FFFD}", cells(page, row("Requests", 9))[3])
  end)

  it("does not show what others could ask with", function()
    assert.match("q%-signature=…$", cells(page, row("Requests", 10))[3])
    assert.is_nil(page:find "abcdef")
  end)
end)

--- The page of a host's journal.
local function page_of(act, options, policy_source)
  local journal <close> = stories.journal(act, policy_source)
  return report(assert(coverage({ journal.path }, options or { log = 2000 })))
end

describe("a report", function()
  it("of nothing says so", function()
    local page = page_of(function() end)
    assert_sound(page)
    assert.match("^Contract coverage: 0 of 30 documented errors, 0 of 13 .*; 0 requests$", found(page, "//title"))
    assert.equal("No job has changed its status.", found(page, "//section[@id='statuses']/p"))
    assert.equal("There were none.", found(page, "//section[@id='requests']/p"))
    assert.equal(13, count(page, "//svg//g[@class='status unmet']/text[@class='name']"))
    assert.equal(0, count(page, "//section[@id='required']"))
    assert.equal(2, count(page, "//dl/dd"))
    assert.is_nil(page:find("inf", 1, true))
  end)

  it("is satisfied when what is required was met", function()
    local page = page_of(function(host)
      host:describe "j1"
    end, { log = 1, require = { operations = { least = 1 } } })
    assert.equal("✓ What is required was met.", found(page, "//p[@class='verdict']/strong"))
  end)

  it("has no requests when none are kept", function()
    local page = page_of(function(host)
      host:describe "j1"
    end, {})
    assert_sound(page)
    assert.equal(0, count(page, "//section[@id='requests']"))
  end)

  it("says what is left out, of 5000 requests", function()
    local page = page_of(function(host)
      for i = 1, 5000 do
        host:update("j1", i % 2 == 0 and "Ready" or "Cancelled")
      end
    end)
    assert_sound(page)
    assert.equal(2000, count(page, "//table[starts-with(caption, 'Requests')]/tbody/tr"))
    assert.equal("5000 requests: the first 2000 are listed, 3000 are left out.",
      found(page, "//section[@id='requests']/p"))
    assert.equal(0, count(page, "//section[@id='requests']/details[@open]"))
    assert.is_true(#page < 2000 * 1000)
  end)

  it("shortens long texts, and shows warnings", function()
    local journal <close> = stories.journal(function(host)
      host:describe(("é"):rep(500))
    end)
    local file <close> = assert(io.open(journal.path, "ab"))
    file:write "{"
    file:close()
    local page = report(assert(coverage({ journal.path }, { log = 9 })))
    assert_sound(page)
    assert.match("… %(%d+ characters%)$", cells(page, row("Requests", 1))[3])
    assert.match("was cut and is left out", found(page, "//p[@class='warning']"))
  end)

  it("lets a policy name rules, codes and files as it likes", function()
    local nasty = { "</style>", "<b>", "]]>", "&amp;", "-->", "'\"", "\\u{202e}", "\\xff", "\\0" }
    local rules = {}
    for i, name in ipairs(nasty) do
      rules[i] = ('{ on = "DescribeJob", delay = 0, times = 1, name = [==[%s]==] }'):format(
        name:find "^\\" and "" or name)
    end
    local page = page_of(function(host)
      for _ = 1, #nasty do
        host:describe "j1"
      end
    end, nil, "return { " .. table.concat(rules, ", ") .. ", table.unpack(require 'documented') }")
    assert_sound(page)
    assert.equal(0, count(page, "//tbody//td/b[not(@class)]"))
    assert.match("</style>$", cells(page, row("Requests", 1))[8])
  end)

  it("takes any text of a journal that is none of jobgate's", function()
    local seen = assert(coverage({}, { log = 1 }))
    local nasty = "<i>\"'&\0\1\xff\u{FFFE}\u{202E}"
    seen.requests, seen.log[1] = 1, {
      time = 2 ^ 70, method = nasty, target = nasty, operation = nasty, job = nasty, before = nasty,
      after = nasty .. "x", requested = nasty, result = nasty, http = 200, code = nasty, row = nasty,
      space = nasty, rule = { file = nasty, line = nasty, name = nasty }, faults = { { [nasty] = nasty } },
    }
    seen.transitions[1] = { from = "New", to = "Ready", by = nasty, hits = 3 }
    seen.transitions[2] = { from = "Ready", to = "Ready", by = nasty, hits = 1 }
    seen.journals[1], seen.policies[1], seen.warnings[1] = nasty, nasty, nasty
    local page = report(seen)
    assert_sound(page)
    assert.equal(3, count(page, "//i")) -- the bars of the three counts
  end)
end)

describe("a graph with counts", function()
  local function graph(id, transitions)
    local nodes = {}
    for i, status in ipairs { "New", "Ready", "Complete" } do
      nodes[i] = { status = status, hits = i - 1, finished = status == "Complete" or nil }
    end
    return svg({ policy = "", nodes = nodes, arrows = transitions },
      { id = id, title = "<title>", description = "&" })
  end
  local arrows = {
    { to = "New", by = "CreateJob", hits = 12 }, { from = "New", to = "Ready", by = "tick", hits = 2 },
    { from = "Ready", to = "New", by = "UpdateJobPriority", hits = 1 },
    { from = "Ready", to = "Ready", by = "Ready", hits = 1024 },
  }

  it("has them on its arrows, which are the thicker the higher they are", function()
    local picture = graph("a", arrows)
    local labels, widths = {}, {}
    for i, arrow in ipairs(arrows) do
      local path = ("//g[starts-with(title, '%s -> %s')]"):format(arrow.from or "CreateJob", arrow.to)
      labels[i] = found(picture, path .. "/text")
      widths[i] = found(picture, path .. "/path/@style") or ""
    end
    assert.same({ "CreateJob ×12", "by itself ×2", "priority ×1", "Ready ×1024" }, labels)
    assert.same({ "stroke-width: 3", "stroke-width: 2", "", "stroke-width: 4" }, widths)
  end)

  it("says of each status whether it was met", function()
    local notes = all(graph("a", arrows), 'class="note"[^>]*>([^<]*)<')
    table.sort(notes)
    assert.same({ "met ×1", "met ×2", "not met" }, notes)
  end)

  it("shares no id with another one in the same page", function()
    local page = "<div>" .. graph("a", arrows) .. graph("b", arrows) .. "</div>"
    local ids = {}
    for _, id in ipairs(all(page, ' id="(.-)"')) do
      assert.is_nil(ids[id], id)
      ids[id] = true
    end
    for _, id in ipairs(all(page, "url%(#(.-)%)")) do
      assert.is_true(ids[id], id)
    end
    assert.equal(2, count(page, "//svg/title[. = '<title>']"))
  end)
end)

describe("a life from CreateJob on", function()
  it("begins in the graph where jobs begin", function()
    local page = page_of(function(host)
      host:create(submissions.body())
      host:settle()
    end)
    assert.equal("CreateJob ×1", found(page, "//svg//g[starts-with(title, 'CreateJob -> New')]/text"))
    assert.equal(1, count(page, "//svg//circle[@class='begin']"))
  end)
end)
