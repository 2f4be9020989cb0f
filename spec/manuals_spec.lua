-- The manual pages that are made of tables, of the header and of the author's manual:
-- nothing that these have is missing, and mandoc has nothing to say about them.

local checkout = require "support.checkout"
local command = require "jobgate.command"
local manual = require "support.manual"
local mdoc = require "jobgate.mdoc"
local page = require "support.page"
local process = require "support.process"

local pages = {
  jobgate = { file = "jobgate.1", parts = { "NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS",
    "EXIT STATUS", "EXAMPLES", "SEE ALSO" } },
  library = { file = "jobgate.3", parts = { "NAME", "SYNOPSIS", "DESCRIPTION", "TYPES",
    "FUNCTIONS", "SEE ALSO" } },
  policy = { file = "jobgate-policy.5" },
}
for name, one in pairs(pages) do
  one.page = page(name)
end

--- It stands there, whatever the line is broken at.
local function assert_has(text, name)
  local flat = text:gsub("%s+", " ")
  assert.is_truthy(pages[name].page.flat:find(flat, 1, true), name .. " has no " .. flat)
end

for name, one in pairs(pages) do
  describe("the manual page " .. one.file, function()
    it("is printed", function()
      assert.same({ 0, "" }, { one.page.printed.code, one.page.printed.err })
    end)

    it("lies where the program was built", function()
      assert.equal(one.page.printed.out, checkout.read(checkout.build .. "/man/" .. one.file))
    end)

    it("is what mandoc has nothing to say about", function()
      assert.equal("", one.page.lint)
    end)

    it("has its parts in the order in which they belong", function()
      local parts = {}
      for part in ("\n" .. one.page.shown):gmatch "\n(%u[%u ]+)\n" do
        parts[#parts + 1] = part
      end
      assert.same(one.parts or parts, parts)
      assert.same({ "NAME", "SEE ALSO" }, { parts[1], parts[#parts] })
    end)

    it("shows no escapes and no Markdown", function()
      for _, stray in ipairs { "\\(", "\\-", "\\&", "\\f", "\n.", "\n'", "](" } do
        assert.is_nil(one.page.shown:find(stray, 1, true), stray)
      end
      assert.is_nil(one.page.shown:gsub("[–•]", ""):match "[\x80-\xff]+")
      assert.equal(name == "library", one.page.shown:find "`" ~= nil) -- in the comments of its types
    end)
  end)
end

describe("jobgate(1)", function()
  --- The options of a help, joined: "--name ARGUMENT help".
  local function options_of(help)
    local list = {}
    for line in help:gmatch "[^\n]+" do
      local left, right = line:match "^  (%-%-%S+ ?%S*) +(.*)$"
      if left then
        list[#list + 1] = left:gsub(" $", "") .. " " .. right
      elseif #list > 0 and line:find("^" .. (" "):rep(20)) then
        list[#list] = list[#list] .. " " .. line:match "^%s*(.*)$"
      end
    end
    return list
  end

  it("has every option of the program as its help has it", function()
    local help = process.run({ "--help" }).out:match "\noptions of serve:\n(.-)\n\n"
    local options = options_of(help)
    assert.is_true(#options > 20)
    for _, option in ipairs(options) do
      assert_has(option, "jobgate")
    end
  end)

  it("has every option of run as its help has it", function()
    local options = options_of(process.run({ "run", "--help" }).out)
    assert.is_true(#options > 20)
    for _, option in ipairs(options) do
      assert_has(option, "jobgate")
    end
  end)

  for _, name in ipairs(command.names) do
    it("has every option of " .. name, function()
      local help = process.run({ name, "--help" }).out
      local options = options_of(help)
      assert.is_true(#options >= 4)
      for _, option in ipairs(options) do
        assert_has(option, "jobgate")
      end
      assert_has("jobgate " .. help:match "\nusage: jobgate (.-)\n":gsub("%.%.%.", " ..."), "jobgate")
    end)
  end

  it("has every command as the help has it", function()
    local help = process.run({ "--help" }).out
    local count = 0
    for line in help:match "usage:.-\n\n":gmatch "(jobgate %l[^\n]*)\n" do
      assert_has(line:gsub("(%l)|(%l)", "%1 | %2"):gsub("(%l)|(%l)", "%1 | %2"):gsub("%.%.%.$", " ..."), "jobgate")
      count = count + 1
    end
    for text in help:match "\ncommands:\n(.-)\n\n":gsub("\n" .. (" "):rep(14), " "):gmatch "%l+ +%l([^\n]+)" do
      assert_has(text, "jobgate")
    end
    assert.is_true(count >= 5)
  end)

  it("has the exit codes", function()
    local exits = process.run({ "--help" }).out:match "\nexit codes:\n(.*)$":gsub("\n    ", " ")
    for code, meaning in exits:gmatch "  (%d) ([^\n]+)" do
      assert_has(code .. " " .. meaning, "jobgate")
    end
  end)

  it("would show two hyphens, a list, words and optional ones", function()
    assert.equal(".Op Ar options\n.Fl Fl\n.Ar COMMAND ...", mdoc.usage "[options] -- COMMAND...")
    assert.equal(".Op Cm a | b | c\n.Fl Fl status\n.Ar STATUS", mdoc.usage "[a|b|c] --status STATUS")
  end)
end)

describe("jobgate(3)", function()
  local header = checkout.read "src/jobgate.h"

  it("has every function with its prototype", function()
    local count = 0
    for declaration in header:gmatch "\nJOBGATE_API (.-;)" do
      assert_has(declaration:gsub("%*(jobgate_)", "* %1"), "library")
      count = count + 1
    end
    assert.is_true(count >= 25)
  end)

  it("has every type as it stands, with every option", function()
    local count = 0
    for name, body in header:gmatch "\n(struct [%w_]+) {(.-)\n};" do
      assert_has(name .. " {" .. body, "library")
      count = count + 1
    end
    assert.equal(3, count)
  end)

  it("says something about every function", function()
    local functions = pages.library.page.shown:match "\nFUNCTIONS\n(.-)\nSEE ALSO\n"
    for name in header:gmatch "[ *\n](jobgate_[%w_]+)%(" do
      assert.is_truthy(functions:find(name .. "%(%)[^\n]*\n +%S"), name)
    end
  end)
end)

describe("jobgate-policy(5)", function()
  for heading, least in pairs {
    ["The keys of a rule"] = 21, job = 20, request = 9, ["What loading checks"] = 20,
    Budgets = 2, ["All readings"] = 26, ["Rows of errors"] = 70, ["The sandbox"] = 6,
  } do
    it("has every row of: " .. heading, function()
      local rows = manual.rows(heading)
      assert.is_true(#rows >= least, heading .. " has " .. #rows)
      for _, row in ipairs(rows) do
        for i, cell in ipairs(row) do
          row[i] = cell:gsub("%[(.-)%]%(.-%)", "%1"):gsub("`", "")
        end
        local between = table.concat(row, ", ", 2, #row - 1)
        assert_has(heading == "Budgets" and table.concat(row, " ")
          or row[1] .. " " .. between .. (between ~= "" and ": " or "") .. row[#row], "policy")
      end
    end)
  end

  it("has the words of the sandbox", function()
    assert_has(checkout.read "policies/README.md":match "\n```text\n(assert .-)```", "policy")
  end)

  it("has every heading and every example", function()
    local text, shown = checkout.read "policies/README.md", pages.policy.page.shown
    for marks, heading in text:gmatch "\n(##+) ([^\n]+)" do
      heading = marks == "##" and heading:upper() or "   " .. heading
      assert.is_truthy(shown:find("\n" .. heading .. "\n", 1, true), heading)
    end
    for _, block in ipairs(checkout.blocks(text)) do
      assert_has(block.text, "policy")
    end
  end)
end)
