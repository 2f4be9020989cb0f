-- The manuals are complete: what the code knows stands in README.md,
-- src/README.md or policies/README.md, and what they list the code knows.

local jobgate = require "jobgate"
local checkout = require "support.checkout"

local readme = checkout.read "README.md"

--- All captures of a pattern, in their order.
local function all(text, pattern)
  local list = {}
  for found in text:gmatch(pattern) do
    list[#list + 1] = found
  end
  return list
end

--- The body of a table in a C source: `name[] = {` to `};`.
local function table_of(path, name)
  return assert(checkout.read(path):match(name .. "%[[%w_]*%] = {\n(.-)\n}"),
    path .. " has no table " .. name)
end

--- The first cells of the Markdown table whose first head is `head`, each
--- without its back quotes and split at commas.
local function cells(text, head)
  local body = assert(("\n" .. text):match("\n| " .. head .. " |[^\n]*\n|[ |-]+\n(.-)\n[^|]"),
    "no table of " .. head)
  local list = {}
  for line in (body .. "\n"):gmatch "| (.-) |[^\n]*\n" do
    for word in line:gmatch "`([^`]+)`" do
      list[#list + 1] = word
    end
  end
  return list
end

local function sorted(list)
  table.sort(list)
  return list
end

--- What a text does not have between back quotes, of a list.
local function missing(text, list)
  local absent = {}
  for _, word in ipairs(list) do
    if not text:find("`" .. word .. "`", 1, true) then
      absent[#absent + 1] = word
    end
  end
  return absent
end

--- The options of serve, of run, and those of run alone that have no other meaning there.
local function options()
  local serve, run, alone = {}, {}, {}
  local rows = table_of("src/doors/options_table.c", "options")
  for of, name in rows:gmatch '{(%u+), +"([%w-]+)",%s+["%u=]+,' do
    serve[#serve + 1] = of ~= "RUN" and name or nil
    run[#run + 1] = of ~= "SERVE" and name or nil
    alone[#alone + 1] = of == "RUN" and not rows:find('{SERVE, +"' .. name:gsub("%-", "%%-") .. '"') and name or nil
  end
  return serve, run, alone
end

describe("README.md", function()
  --- The options in the first column of a table, and those that a help lists.
  local function in_table(head)
    local listed = {}
    for _, cell in ipairs(cells(readme, head)) do
      listed[#listed + 1] = cell:match "^%-%-([%w-]+)"
    end
    return sorted(listed)
  end

  local function in_help(words)
    return sorted(all(checkout.run(checkout.build .. "/jobgate " .. words), "\n  %-%-([%w-]+)"))
  end

  it("lists the options of the program, and --help does", function()
    local serve, run, alone = options()
    assert.is_true(#serve >= 20 and #alone >= 5)
    assert.same(sorted(serve), in_help "--help")
    assert.same(sorted(run), in_help "run --help")
    assert.same(sorted(alone), in_table "option of run")
    serve[#serve + 1], serve[#serve + 2] = "help", "version"
    assert.same(sorted(serve), in_table "option")
  end)

  it("says the defaults that --help says", function()
    local help = checkout.run(checkout.build .. "/jobgate --help"):gsub("\n +", " ")
    for default in help:gmatch "%(default ([%w.]+)%)" do
      assert.is_truthy(readme:find(default .. "`? when absent"), default)
    end
  end)

  it("says the exit codes of the program", function()
    local codes = all(checkout.read "src/doors/options.h":match "enum {%s+(EXIT_.-)}", "= (%d)")
    assert.same({ "0", "1", "2", "3" }, codes)
    assert.is_truthy(readme:find(
      "Exit codes: 0 ended cleanly, 1 a tool has findings, 2 wrong usage,\n3 could not run", 1, true))
  end)

  it("lists the routes of the control API with their parameters", function()
    local routes, listed = {}, {}
    local rows = table_of("src/host/routes.c", "control_routes")
    for method, path, parameters in rows:gmatch '{"(%u+)", "([%w/.{}]+)", [%w_]+, (.-), ["N]' do
      local names = {}
      for name in parameters:gsub("FILTER", "fields_below"):gmatch "[%a_]+" do
        names[#names + 1] = name:gsub("^fields_", "fields ")
      end
      routes[#routes + 1] = method .. " " .. path .. ": " .. table.concat(names, ", ")
    end
    local body = readme:match "\n| route |[^\n]*\n|[ |-]+\n(.-)\n\n"
    for route, parameters in body:gmatch "| `([%u]+ [%w/.{}]+)` | (.-)| " do
      listed[#listed + 1] = route .. ": " .. parameters:gsub("`", ""):gsub("%s+$", "")
    end
    assert.is_true(#routes >= 10)
    assert.same(sorted(routes), sorted(listed))
  end)

  it("lists the fields of a job", function()
    local fields = all(table_of("src/model/job.c", "job_fields"), '{"([%w_]+)",')
    local sections = readme:match "Fields of a job.-\n\n(.-)\n\n"
    assert.is_true(#fields >= 12)
    assert.same(sorted(fields), sorted(cells(sections .. "\n\n", "field")))
  end)

  it("lists the fields of a journal entry", function()
    local host <close> = assert(jobgate.open {
      policy_source = [[return {
        { delay = 1, slow = 1, truncate = 9, garble = 1, drop = "after", times = 1 },
        { to = "Cancelled", become = "Cancelled", name = "n", because = "b" },
        { from = "New", become = function() return 1 end },
        { refuse = errors.E15 } }]],
      jobs = { j1 = {}, j2 = { status = "Failed" } },
    })
    host:update("j1", "Ready", "why")
    host:update("j1", "Cancelled", "why")
    host:update("j2", "Ready")
    assert(host:control("PUT", "credentials", nil,
      { credentials = { { secret_id = "a", secret_key = "b" } } }))
    host:update("j2", "Ready")
    local fields, parts = {}, {}
    for _, entry in ipairs(host:journal()) do
      for name, value in pairs(entry) do
        fields[name] = true
        local inside = type(value) == "table" and (value[1] or value) or {}
        for part in pairs(inside) do
          parts[part] = true
        end
      end
    end
    local names, inner = {}, {}
    for name in pairs(fields) do names[#names + 1] = name end
    for name in pairs(parts) do inner[#inner + 1] = name end
    local section = readme:match "Fields of a journal entry.-\n\n(.-)\n\n" .. "\n\n"
    assert.same(sorted(names), sorted(cells(section, "field")))
    assert.same({}, missing(section, inner))
  end)

  it("lists the functions of a host in Lua, and a host has those", function()
    local declared = all(checkout.run "cat lua/jobgate/host*.lua", "\nfunction (Host:%l[%w_]+)%(")
    for i, name in ipairs(declared) do
      declared[i] = name:gsub("^H", "h")
    end
    assert.is_true(#declared >= 20)
    assert.same(sorted(declared), sorted(cells(readme, "in Lua")))
  end)

  it("lists the fields of an event", function()
    local host <close> = assert(jobgate.open { jobs = { j1 = {} } })
    host:advance(1)
    local text = assert(readme:match "An event has (.-)\n\n")
    local names = {}
    for name in pairs(host:events()[1]) do
      names[#names + 1] = name
    end
    assert.same({}, missing(text, names))
  end)

  it("lists the exported functions, and the library exports those", function()
    local declared = all(checkout.read "src/jobgate.h", "[ *\n](jobgate_[%w_]+)%(")
    local symbols = checkout.run("nm -D --defined-only " .. checkout.build .. "/libjobgate.so")
    local exported = all(symbols, " [A-Z] ([%w_]+)\n")
    assert.is_true(#declared >= 12)
    assert.same(sorted(declared), sorted(cells(readme, "function")))
    assert.same(declared, sorted(exported))
  end)

  it("says the limits that the headers say", function()
    local headers = checkout.run "cat src/*/*.h"
    local count = 0
    for value, constant in readme:gmatch "|[^|\n]+| (%d+)[^|\n]*| `([%u_]+)` |" do
      local text = assert(headers:match("[ \n]" .. constant .. " =? ?([%d <*]+)"), constant)
      assert.equal(load("return " .. text)(), tonumber(value), constant)
      count = count + 1
    end
    assert.is_true(count >= 11)
    for constant in headers:gmatch "[ \n](SERVER_[%u]+) = " do
      assert.is_truthy(readme:find("`" .. constant .. "`", 1, true), constant)
    end
  end)

  it("names all thirteen statuses", function()
    local names = table_of("src/model/status.c", "names")
    for _, status in ipairs(all(names, '"(%u%l+)"')) do
      assert.is_truthy(readme:match "| `status` | ([^|]+)":find(status, 1, true), status)
    end
  end)
end)

describe("src/README.md", function()
  it("names the libraries that CMake links", function()
    local text = checkout.read "src/README.md"
    local linked = "pkg_[%w_]+%([%u%d]+ REQUIRED [%u_]+ (%a+)"
    for library in checkout.read "CMakeLists.txt":gmatch(linked) do
      local name = library:gsub("^libxml$", "libxml2"):gsub("^lua$", "Lua")
      assert.is_truthy(text:find("| " .. name, 1, true), library)
    end
  end)
end)

--- The words of a table of the sandbox ("_ENV": all), as the sandbox has them.
local function vocabulary(name)
  local _, why = jobgate.open {
    policy_source = ([[local list = {}
      for word in pairs(%s) do list[#list + 1] = word end
      error(table.concat(list, " "))]]):format(name),
  }
  return all(why:match "^[^ ]+ (.*)$", "%w+")
end

describe("policies/README.md", function()
  it("lists the keys of a rule", function()
    local keys = all(table_of("src/policy/rules_keys.c", "rules_keys"), '{"(%w+)",')
    assert.equal(21, #keys, "README.md says that there are twenty-one")
    assert.is_truthy(readme:find("one of twenty-one keys", 1, true))
    assert.same(sorted(keys), sorted(cells(checkout.read "policies/README.md", "key")))
  end)

  it("lists the catalogue: every row with its name, code and HTTP status", function()
    local author = checkout.read "policies/README.md"
    local host <close> = assert(jobgate.open())
    local rows = host:control("GET", "errors").errors
    local absent = {}
    assert.is_true(#rows > 60)
    for _, row in ipairs(rows) do
      local line = author:match("\n(| `?" .. row.id .. "`? |[^\n]*)") or ""
      if not (line:find(row.name, 1, true) and line:find(row.code, 1, true)
        and line:find(tostring(row.http), 1, true)) then
        absent[#absent + 1] = row.id
      end
    end
    assert.same({}, absent)
  end)

  it("lists the words of the sandbox, and of each of its libraries", function()
    local block = checkout.read "policies/README.md":match "\n```text\n(assert .-)```\n"
    local listed = { _ENV = {} }
    for line in block:gmatch "[^\n]+" do
      local library, words = line:match "^(%w+): (.*)$"
      for word in (words or line):gmatch "%w+" do
        table.insert(listed._ENV, not library and word or nil)
      end
      if library then
        table.insert(listed._ENV, library)
        listed[library] = all(words, "%w+")
      end
    end
    for name, words in pairs(listed) do
      assert.same(vocabulary(name), sorted(words))
    end
    for _, name in ipairs { "jobs", "math", "string", "table", "utf8" } do
      assert.is_truthy(listed[name], name)
    end
  end)

  it("lists what a policy sees of a job and of a request", function()
    local author = checkout.read "policies/README.md"
    local seen = {
      job = all(table_of("src/model/job.c", "job_fields"), '{"([%w_]+)",'),
      request = all(table_of("src/policy/views.c", "request_fields"), '{"([%w_]+)",'),
    }
    for what, fields in pairs(seen) do
      local section = author:match("\n### " .. what .. "\n(.-)\n#")
      assert.is_true(#fields >= 5)
      assert.same(sorted(fields), sorted(cells(section .. "\n\n", "field")))
    end
  end)
end)

describe(".luacheckrc", function()
  it("lets a policy use the words of the sandbox, and no others", function()
    local list = checkout.read ".luacheckrc":match "stds%.policy = {%s+read_globals = {(.-)}"
    assert.same(vocabulary "_ENV", sorted(all(list, '"(%w+)"')))
  end)
end)
