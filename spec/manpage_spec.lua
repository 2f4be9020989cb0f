-- The control API, described for people: `jobgate manual` is a page that mandoc has
-- nothing to say about, with every route, parameter and schema of the document for
-- tools, shown as it is.

local process = require "support.process"
local tempfile = require "support.tempfile"

local build = os.getenv "JOBGATE_BUILD" or "build"

local printed = process.run { "manual" }
local document = process.json(process.run { "openapi" }.out)

--- What mandoc says about the page, or shows of it.
local function mandoc(arguments)
  local page <close> = tempfile(printed.out)
  local pipe <close> = assert(io.popen(("mandoc %s %s 2>&1"):format(arguments, page.path)))
  return pipe:read "a"
end

--- The page as it is shown, without what makes letters bold on paper.
local shown = mandoc "-Tutf8 -Owidth=110":gsub(".\b", "")

--- All operations: "GET /_jobgate/jobs", and what there is about each.
local operations = {}
for path, methods in pairs(document.paths) do
  for method, operation in pairs(methods) do
    operations[#operations + 1] = { title = method:upper() .. " " .. path, operation = operation }
  end
end
table.sort(operations, function(a, b) return a.title < b.title end)

--- What the page has about a route: the lines under it that are indented further.
local function part_of(title)
  local _, from = shown:find("\n     " .. title .. "\n", 1, true)
  assert(from, "the page has no " .. title)
  return shown:sub(from, (shown:find("\n     ? ? ? ? ?%S", from) or 0) - 1)
end

describe("the manual page", function()
  it("is printed", function()
    assert.same({ 0, "" }, { printed.code, printed.err })
  end)

  it("lies where the program was built", function()
    local file <close> = assert(io.open(build .. "/man/jobgate-control.7"))
    assert.equal(printed.out, file:read "a")
  end)

  it("is what mandoc has nothing to say about", function()
    assert.equal("", mandoc "-Tlint -Wwarning")
  end)

  it("has the parts of a page, in the order in which they belong", function()
    local parts = {}
    for part in ("\n" .. shown):gmatch "\n(%u[%u ]+)\n" do
      parts[#parts + 1] = part
    end
    assert.same({ "NAME", "DESCRIPTION", "ROUTES", "SCHEMAS", "EXAMPLES", "SEE ALSO" }, parts)
  end)

  it("shows no escapes, and nothing but plain letters and dashes", function()
    for _, stray in ipairs { "\\(", "\\-", "\\&", "\\e", "\n.", "\n'" } do
      assert.is_nil(shown:find(stray, 1, true), stray)
    end
    assert.same({}, { (shown:gsub("–", "")):match "[\x80-\xff]+" })
  end)

  it("has as many routes as the document", function()
    local _, count = shown:match "\nROUTES\n(.-)\nSCHEMAS\n":gsub("\n     %u+ /_jobgate/", "")
    assert.equal(#operations, count)
    assert.is_true(count > 30)
  end)

  for _, one in ipairs(operations) do
    it(("has %s, with its parameters, body and answers"):format(one.title), function()
      local part, operation = part_of(one.title), one.operation
      local flat = part:gsub("%s+", " ")
      assert.is_truthy(flat:find(operation.summary, 1, true), part)
      for _, parameter in ipairs(operation.parameters) do
        assert.is_truthy(flat:find((" %s %s "):format(parameter.name, parameter.description), 1, true),
          parameter.name .. "\n" .. part)
      end
      if operation.requestBody then
        local schema = operation.requestBody.content["application/json"].schema["$ref"]
        assert.is_truthy(flat:find("Body: " .. schema:match "%w+$", 1, true), part)
      end
      local answer = flat:match "Answer: (%d+)"
      assert.is_truthy(operation.responses[answer], part)
    end)
  end

  it("shows each schema as the document has it", function()
    for name, schema in pairs(document.components.schemas) do
      local text = part_of(name):match "{.*}"
      assert.same(schema, process.json(text), name)
    end
  end)

  it("shows an example as it is typed", function()
    assert.is_truthy(shown:find([[-d '{"job": "j1", "delay": 5, "times": 1}']], 1, true))
  end)
end)
