-- The graph of a policy's statuses, and what draws it.

local core = require "jobgate.core"
local dot = require("jobgate.graph_text").dot
local escape = require "jobgate.escape"
local jobgate = require "jobgate"
local layout = require("jobgate.graph_layout").layout
local mermaid = require("jobgate.graph_text").mermaid
local svg = require "jobgate.graph_svg"

local DOCUMENTED = "policies/documented.lua"

local function of(source)
  return assert(jobgate.matrix { source = source }).graph
end

local function graph_of(path, readings)
  return assert(jobgate.matrix(path, { readings = readings })).graph
end

--- "New -Cancelled-> Cancelled", with ? where it is conditional.
local function lines(arrows)
  local list = {}
  for i, arrow in ipairs(arrows) do
    list[i] = ("%s -%s%s%s-> %s"):format(arrow.from or "", arrow.by, arrow.after or "",
      arrow.conditional and "?" or "", arrow.to)
  end
  return list
end

local function node(graph, status)
  for _, one in ipairs(graph.nodes) do
    if one.status == status then
      return one
    end
  end
end

--- Each status leads to two or three others.
local TANGLE = [[
local names = { "New", "Preparing", "Suspended", "Ready", "Active", "Pausing", "Paused", "Completing",
  "Failing", "Cancelling", "Complete", "Failed", "Cancelled" }
local at = {}
for i, name in ipairs(names) do at[name] = i end
return function(job, request)
  local step = (request.status == "Ready" and 3 or 8) + (job.priority > 0 and 1 or 0)
  return names[(at[job.status] * 7 + step) % 13 + 1]
end]]

--- Loops, dead ends, a status that nothing reaches, a priority that moves.
local ODD = [[return {
  { from = "New", to = "Ready", when = "true", become = "Suspended" },
  { from = { "New", "Ready" }, to = "Cancelled", become = "Pausing" },
  { from = "Ready", to = "Ready", become = "Ready" },
  { refuse = "E15" },
  { on = "tick", from = "Suspended", after = 30, become = "New" },
  { on = "tick", from = "Ready", after = 5, become = "Ready", times = 3 },
  { on = "tick", from = "Pausing", after = 50, when = "false", become = "Paused" },
  { on = "tick", from = "Pausing", after = 100, become = "Failed" },
  { on = "UpdateJobPriority", from = "Paused", become = "Pausing" },
  { on = "CreateJob", when = "true", become = "Suspended" } }]]

describe("the graph of the documented policy", function()
  local graph = graph_of(DOCUMENTED)

  it("has the documented arrows", function()
    assert.same({ " -CreateJob-> New",
      "New -Cancelled-> Cancelled", "New -tick1-> Preparing",
      "Preparing -Cancelled-> Cancelled", "Preparing -tick2?-> Suspended", "Preparing -tick2?-> Ready",
      "Suspended -Ready-> Ready", "Suspended -Cancelled-> Cancelled",
      "Ready -Cancelled-> Cancelled", "Ready -tick1-> Active",
      "Active -Cancelled-> Cancelling", "Active -tick6-> Completing",
      "Pausing -Cancelled-> Cancelling", "Pausing -tick1-> Paused",
      "Paused -Cancelled-> Cancelling",
      "Completing -tick2-> Complete", "Failing -tick2-> Failed", "Cancelling -tick2-> Cancelled",
    }, lines(graph.arrows))
  end)

  it("has the rules of each arrow", function()
    for i = 2, #graph.arrows do
      assert.equal(1, #graph.arrows[i].rules)
      assert.is_string(graph.arrows[i].rules[1].name)
    end
    assert.is_nil(graph.arrows[1].rules)
  end)

  it("has no dead end, and statuses that no job comes to", function()
    assert.is_nil(graph.dead_ends)
    assert.same({ "Pausing", "Paused", "Failing", "Failed" }, graph.unreachable)
    assert.is_true(node(graph, "Paused").unreachable)
    for _, one in ipairs(graph.nodes) do
      local has_ended = one.status == "Complete" or one.status == "Failed" or one.status == "Cancelled"
      assert.equal(has_ended or nil, one.finished)
    end
  end)

  it("reaches the paused statuses with one slot", function()
    assert.same({ "Failing", "Failed" }, graph_of(DOCUMENTED, { scheduler = "one_slot" }).unreachable)
  end)
end)

describe("a graph", function()
  local graph = of(ODD)

  it("has arrows of requests, ticks and priorities, conditional or not", function()
    assert.same({ " -CreateJob?-> Suspended", " -CreateJob?-> New",
      "New -Ready?-> Suspended", "New -Cancelled-> Pausing", "Suspended -tick30-> New",
      "Ready -Ready-> Ready", "Ready -Cancelled-> Pausing", "Ready -tick5?-> Ready",
      "Pausing -tick50?-> Paused", "Pausing -tick100?-> Failed", "Paused -UpdateJobPriority-> Pausing",
    }, lines(graph.arrows))
  end)

  it("begins where CreateJob lets a job begin", function()
    local from = of [[return { { refuse = "E15" }, { on = "CreateJob", become = "Active" } }]]
    assert.same({ " -CreateJob-> Active" }, lines(from.arrows))
    assert.is_nil(node(from, "Active").unreachable)
    assert.is_true(node(from, "New").unreachable)
  end)

  it("begins with New where no job is created: tests put some there", function()
    local none = of [[return { { from = "New", to = "Ready", become = "Ready" }, { refuse = "E15" },
      { on = "CreateJob", refuse = "E26" } }]]
    assert.same({ "New -Ready-> Ready" }, lines(none.arrows))
    assert.is_nil(node(none, "Ready").unreachable)
    assert.is_true(node(none, "Active").unreachable)
  end)

  it("marks what nothing leaves, though it is not finished", function()
    assert.same({ "Preparing", "Active", "Completing", "Failing", "Cancelling" }, graph.dead_ends)
    -- What only becomes what it is, is not left.
    local loop = of [[return { { from = "New", to = "Ready", become = "New" }, { refuse = "E15" } }]]
    assert.is_true(node(loop, "New").dead_end)
  end)

  it("does not call an arrow conditional since requests may be lost", function()
    for _, arrow in ipairs(graph_of("policies/flaky_network.lua").arrows) do
      local may_wait = arrow.from == "Preparing" and arrow.by == "tick"
      assert.equal(may_wait or nil, arrow.conditional)
    end
    for _, arrow in ipairs(graph_of("policies/flaky_cancel.lua").arrows) do
      assert.equal((arrow.by == "Cancelled" or arrow.from == "Preparing") or nil, arrow.conditional)
    end
  end)
end)

describe("a layout", function()
  --- Nodes and arrows as a drawing has them.
  local function laid_out(graph)
    local nodes, arrows = { { id = "", width = 14, height = 14 } }, {}
    for _, one in ipairs(graph.nodes) do
      nodes[#nodes + 1] = { id = one.status, width = 100, height = 34 }
    end
    for i, arrow in ipairs(graph.arrows) do
      arrows[i] = { from = arrow.from or "", to = arrow.to, width = 70, height = 18 }
    end
    return layout(nodes, arrows)
  end

  --- What takes room, as boxes.
  local function boxes_of(laid)
    local boxes = {}
    local function add(what, x, y, width, height)
      boxes[#boxes + 1] = { what = what, left = x - width / 2, right = x + width / 2,
                            top = y - height / 2, bottom = y + height / 2 }
    end
    for _, placed in ipairs(laid.nodes) do
      add(placed.node.id, placed.x, placed.y, placed.node.width, placed.node.height)
    end
    for _, placed in ipairs(laid.arrows) do
      local arrow = placed.arrow
      add(arrow.from .. " to " .. arrow.to, placed.label.x, placed.label.y, arrow.width, arrow.height)
    end
    return boxes
  end

  for what, graph in pairs {
    ["the documented policy"] = graph_of(DOCUMENTED),
    ["one slot"] = graph_of(DOCUMENTED, { scheduler = "one_slot" }),
    ["a function"] = graph_of "policies/at_once.lua", ["odd arrows"] = of(ODD), ["a tangle"] = of(TANGLE),
    ["nothing"] = of [[return { { refuse = "E15" }, { on = "CreateJob", refuse = "E26" } }]],
  } do
    it("lets no two nodes or labels overlap: " .. what, function()
      local laid = laid_out(graph)
      local boxes = boxes_of(laid)
      for i, a in ipairs(boxes) do
        assert.is_true(a.left >= -1 and a.right <= laid.width + 1 and a.top >= 0 and a.bottom <= laid.height)
        for k = i + 1, #boxes do
          local b = boxes[k]
          assert.is_true(a.right <= b.left or b.right <= a.left or a.bottom <= b.top or b.bottom <= a.top,
            ("%s on %s"):format(a.what, b.what))
        end
      end
    end)

    it("lets no arrow run through a node or another's label: " .. what, function()
      local laid = laid_out(graph)
      for _, placed in ipairs(laid.arrows) do
        local arrow = placed.arrow
        for i = 2, #placed.points do
          local a, b = placed.points[i - 1], placed.points[i]
          for _, box in ipairs(a[1] == b[1] and boxes_of(laid) or {}) do
            local is_inside = a[1] > box.left and a[1] < box.right
              and math.max(a[2], b[2]) > box.top and math.min(a[2], b[2]) < box.bottom
            assert.is_true(not is_inside or box.what == arrow.from .. " to " .. arrow.to,
              ("%s to %s through %s"):format(arrow.from, arrow.to, box.what))
          end
        end
      end
    end)

    it("leads each arrow from its node to its node: " .. what, function()
      local laid, at = laid_out(graph), {}
      for _, placed in ipairs(laid.nodes) do
        at[placed.node.id] = placed
      end
      local function touches(point, placed)
        return math.abs(point[1] - placed.x) <= placed.node.width / 2
          and math.abs(point[2] - placed.y) == placed.node.height / 2
      end
      for _, placed in ipairs(laid.arrows) do
        local points = placed.points
        assert.is_true(touches(points[1], at[placed.arrow.from]), placed.arrow.from)
        assert.is_true(touches(points[#points], at[placed.arrow.to]), placed.arrow.to)
      end
    end)
  end

  it("is the same each time", function()
    assert.same(laid_out(of(TANGLE)), laid_out(of(TANGLE)))
  end)
end)

--- What XPath finds in a picture, which is nil when it is no XML.
local function found(picture, path)
  return core.find(picture, (path:gsub("//(%a+)", "//*[local-name()='%1']")))
end

describe("a picture", function()
  local graphs = {
    documented = graph_of(DOCUMENTED), function_policy = graph_of "policies/at_once.lua",
    odd = of(ODD), tangle = of(TANGLE),
  }

  for name, graph in pairs(graphs) do
    it("is XML with each status and each arrow: " .. name, function()
      local picture = svg(graph)
      for _, one in ipairs(graph.nodes) do
        assert.equal("1", found(picture, ("count(//text[@class='name' and .='%s'])"):format(one.status)))
      end
      local drawn = ("count(//path) - count(//path[contains(@d, 'M0 8')])")
      assert.equal(tostring(#graph.arrows), found(picture, drawn))
    end)

    it("needs nothing beside it: " .. name, function()
      local picture = svg(graph)
      assert.is_nil(picture:find "href")
      assert.is_nil(picture:find "@import")
      for address in picture:gmatch "%a+://[^\"']*" do
        assert.equal("http://www.w3.org/2000/svg", address)
      end
      for reference in picture:gmatch "url%((.-)%)" do
        assert.match('id="' .. reference:sub(2) .. '"', picture, 1, true)
      end
    end)
  end

  it("marks finished statuses, dead ends and those that are unreachable", function()
    local picture = svg(graphs.odd)
    assert.equal("4", found(picture, "count(//rect[@class='inner'])")) -- one in the legend
    assert.equal("5", found(picture, "count(//g[contains(@class, 'status dead')])"))
    assert.equal("dead end, unreachable",
      found(picture, "//g[contains(@class, 'dead unreachable')]/*[@class='note']"))
  end)

  it("has a legend of what is in it", function()
    assert.match("depends on a condition", svg(graphs.documented), 1, true)
    assert.is_nil(svg(graphs.documented):find("dead end", 1, true))
    assert.match("dead end: not finished", svg(graphs.odd), 1, true)
    assert.is_nil(svg(graphs.documented):find("a new priority", 1, true))
    assert.match("a new priority", svg(graphs.odd), 1, true)
  end)

  it("has dark colours, too, for every class that has a colour", function()
    local light, dark = svg(graphs.odd):match "<style>(.-)@media %(prefers%-color%-scheme: dark%) {(.-)</style>"
    local function coloured(sheet)
      local classes = {}
      for selector, body in sheet:gmatch "(%.jobgate[^{\n]*) {([^}]*)}" do
        if body:find "#%x" then
          classes[#classes + 1] = selector
        end
      end
      table.sort(classes)
      return classes
    end
    assert.same(coloured(light), coloured(dark))
  end)

  it("tells on each arrow which rules it has", function()
    assert.equal("Suspended -> Ready, Ready: policies/documented.lua:21 confirm a suspended job",
      found(svg(graphs.documented), "//g[@class='by-ready']/*[local-name()='title']"))
  end)

  it("shows the end of a long name, and has all of it", function()
    local graph = graph_of(DOCUMENTED)
    graph.policy = ("folder/"):rep(40) .. "end.lua"
    local head = found(svg(graph), "//text[@class='head']")
    assert.is_true(utf8.len(head) < 80)
    assert.match("folder/end.lua$", head)
    assert.equal(graph.policy, found(svg(graph), "//title"))
  end)
end)

describe("foreign text", function()
  local NASTY = "a <b> & \"c\" | d\n'e' ]]> --> \\ \1\xff\u{FFFE}"
  local SHOWN = "a <b> & \"c\" | d 'e' ]]> --> \\ \u{FFFD}"
  local graph = graph_of(DOCUMENTED)
  graph.policy = NASTY
  for i = 2, #graph.arrows do
    graph.arrows[i].rules[1].name, graph.arrows[i].rules[1].file = NASTY, NASTY
  end

  it("stays text in a picture", function()
    local picture = svg(graph)
    local title = found(picture, "//title")
    assert.equal(SHOWN, title:sub(1, #SHOWN))
    assert.match("^New %-> Cancelled, Cancelled: a <b> & ", found(picture, "//g[@class='by-cancelled']/*"))
    assert.equal("0", found(picture, "count(//b)"))
  end)

  it("stays a string in DOT", function()
    local text = dot(graph)
    for line in text:gmatch "[^\n]+" do
      local outside = line:gsub("\\.", ""):gsub('"[^"]*"', "")
      assert.is_nil(outside:find '["<|&]', line)
    end
    assert.match('label="a <b> & \\"c\\" | d \'e\' ]]> --> \\\\ ', text, 1, true)
  end)

  it("is not in Mermaid", function()
    assert.equal(mermaid(graph_of(DOCUMENTED)), mermaid(graph))
  end)

  it("is one line without what moves a cursor", function()
    assert.equal("a b \u{FFFD}[31m \u{FFFD}", escape.line "a\r\nb \27[31m \127")
    assert.equal("ä \u{FFFD}", escape.line "ä \u{FFFF}")
    assert.equal("\u{FFFD}\u{FFFD} x", escape.line "\xc3\x28 x":gsub("%(", "\u{FFFD}"))
    assert.is_truthy(utf8.len(escape.line "\xff\xc3"))
  end)
end)

describe("a graph for other programs", function()
  it("is DOT with each node and each arrow", function()
    local text = dot(of(ODD))
    assert.match("^digraph jobgate {\n", text)
    local _, arrows = text:gsub("\n  %a+ %-> %a+ %[", "")
    assert.equal(11, arrows)
    assert.match('\n  New -> Suspended [tooltip="New -> Suspended, Ready, depends on a condition: ', text, 1, true)
    assert.match('\n  Preparing [label="Preparing\\ndead end, unreachable", ', text, 1, true)
    assert.match("\n  Failed [peripheries=2];\n", text, 1, true)
    assert.match("}\n$", text)
  end)

  it("is drawn by Graphviz, where it is installed", function()
    local path = os.execute "command -v dot >/dev/null 2>&1"
    if not path then
      return pending "there is no dot here"
    end
    local pipe = assert(io.popen("dot -Tsvg >/dev/null 2>&1", "w"))
    pipe:write(dot(of(ODD)))
    assert.is_true(pipe:close())
  end)

  it("is a flowchart of Mermaid with each node and each arrow", function()
    local text = mermaid(of(ODD))
    assert.match("^flowchart TD\n", text)
    assert.match('\n  New -. "Ready" .-> Suspended\n', text, 1, true)
    assert.match('\n  Suspended -- "after 30 s" --> New\n', text, 1, true)
    assert.match("\n  begin -.-> Suspended\n", text, 1, true)
    assert.match('\n  Failed[["Failed"]]\n', text, 1, true)
    assert.match("\n  class Preparing,Active,Completing,Failing,Cancelling dead\n", text, 1, true)
  end)

  it("has the numbers of arrows for their colours", function()
    local text, arrows = mermaid(of(ODD)), {}
    for line in text:gmatch "[^\n]+" do
      arrows[#arrows + 1] = line:find "%->" and line or nil
    end
    for _, number in ipairs { text:match "linkStyle (%d+),(%d+) stroke:#0969da" } do
      assert.match('"Ready"', arrows[number + 1], 1, true)
    end
  end)
end)
