-- The sandbox is what was opened: its words, and what nobody finds in it
-- (rules S1, S2, S7, S8, S12, S14).

local jobgate = require "jobgate"
local manual = require "support.manual"
local policies = require "support.policies"

describe("the words of the sandbox", function()
  it("are those of the manual, no more and no fewer (S1)", function()
    assert.equal(manual.words(), policies.run [[
      local lines = {}
      for name, value in pairs(_ENV) do
        local words = {}
        if type(value) == "table" then
          for word in pairs(value) do words[#words + 1] = name .. "." .. word end
        end
        lines[#lines + 1] = name
        table.move(words, 1, #words, #lines + 1, lines)
      end
      table.sort(lines)
      return table.concat(lines, "\n")]])
  end)

  local withheld = {
    "load", "loadstring", "loadfile", "dofile", "package", "io", "os", "debug", "collectgarbage",
    "coroutine", "xpcall", "pcall", "setmetatable", "getmetatable", "print", "warn", "rawget",
    "rawset", "rawlen", "rawequal", "module", "getfenv", "setfenv", "newproxy", "_G", "_VERSION",
    "bit32", "arg", "jit", "ffi",
  }
  for _, word in ipairs(withheld) do
    it("do not have " .. word, function()
      local _, why = policies.run("return " .. word)
      assert.equal(
        ("(policy_source):2: unknown word '%s': it is neither local nor part of the sandbox")
        :format(word), why)
    end)
  end

  for _, word in ipairs { "string.dump", "string.pack", "string.unpack", "string.packsize",
                          "math.random", "math.randomseed", "table.getn" } do
    it("do not have " .. word, function()
      assert.equal("nil", policies.run("return " .. word))
    end)
  end

  it("cannot be written, removed or added to (S12)", function()
    for lines, why in pairs {
      ["x = 1"] = "global 'x' cannot be set: write local",
      ["string = nil"] = "global 'string' cannot be set: write local",
      ["_ENV.type = 1"] = "global 'type' cannot be set: write local",
      ["string.find = nil"] = "the libraries are read-only",
      ["table.insert(table, 1)"] = "the libraries are read-only",
      ["math.pi = 3"] = "the libraries are read-only",
      ["jobs.get = nil"] = "jobs is read-only",
      ["errors.E15 = errors.E14"] = "a table of errors is read-only",
      ["errors.E15.http = 200"] = "a error row is read-only",
    } do
      local _, message = policies.run(lines)
      assert.equal(why, (message:gsub("^%(policy_source%):2: ", "")), lines)
    end
    assert.equal("3.1415926535898", policies.run "return math.pi")
  end)

  it("are the same through the methods of strings", function()
    assert.equal("true", policies.run "return ('').find == string.find")
    assert.equal("nil", policies.run "return ('').dump")
  end)
end)

describe("a script", function()
  it("is text, never bytecode (S2)", function()
    assert.equal("(policy_source): attempt to load a binary chunk (mode is 't')",
      policies.load_error "\27LuaT")
  end)

  it("has 65536 bytes at most (S2)", function()
    assert.equal("(policy_source): sources may have 65536 bytes in all",
      policies.load_error((" "):rep(65537)))
  end)

  it("finds nothing of a metatable in tables and strings (S7)", function()
    for _, value in ipairs { "job.data", "jobs", "string", "''" } do
      for _, name in ipairs { "__index", "__newindex", "__metatable", "__gc", "__len" } do
        assert.equal("nil", policies.run(("return (%s).%s"):format(value, name)))
      end
    end
  end)

  it("cannot take a field of a host value that the manual does not name (S7)", function()
    for _, field in ipairs { "__index", "__gc", "__metatable", "tallies", "?", "" } do
      local _, why = policies.run(("return job[%q]"):format(field))
      assert.equal(("(policy_source):2: a job has no field '%s'"):format(field), why)
    end
    assert.equal("(policy_source):2: a job has no field '?'",
      select(2, policies.run "return job[1]"))
  end)
end)

describe("what a policy keeps", function()
  --- Keep something in one decision, use it in the next.
  local function keep_then(keep, use)
    local host <close> = policies.host(([[
      local kept
      return { { refuse = errors.E15, when = function(job, request)
        if kept == nil then kept = %s return true end
        return %s
      end }, { refuse = errors.E14 } }]]):format(keep, use))
    assert.refused("E15", host:update("j1", "Ready"))
    local response = host:update("j1", "Ready")
    if response.status == 500 then
      return (response:entry().trace:gsub("\n.*", ""):gsub("^%(policy_source%):%d+: ", ""))
    end
    return response.status
  end

  it("of a job or a request is of no use in a later decision (S7)", function()
    local of_job = "this job belongs to an earlier decision: keep what you need with set"
    assert.equal(of_job, keep_then("job", "kept.id"))
    assert.equal(of_job, keep_then("jobs.get 'j1'", "kept.status"))
    assert.equal(of_job, keep_then("function() return job.id end", "kept()"))
    assert.equal("this request belongs to an earlier decision",
      keep_then("request", "kept.reason"))
  end)

  it("of texts and of job.data is its own", function()
    assert.equal(400, keep_then("job.id", "kept == 'j1'"))
    assert.equal(400, keep_then("job.data", "kept.x == nil"))
  end)
end)

describe("two hosts", function()
  it("with the same policy share nothing (S12)", function()
    local source = [[
      local n = 0
      return { { refuse = errors.E15, set = function() n = n + 1 return { n = n } end } }]]
    local one <close> = policies.host(source)
    local two <close> = policies.host(source)
    one:update("j1", "Ready")
    one:update("j1", "Ready")
    two:update("j1", "Ready")
    assert.same({ { n = 2 }, { n = 1 } }, { one:job("j1").data, two:job("j1").data })
  end)
end)

describe("what repeats (S14)", function()
  local orders = {
    { "{ c = 1, a = 2, b = 3 }",                   "a b c" },
    { "{ 10, 20, 30 }",                            "1 2 3" },
    { "{ [3] = 1, [1] = 1, [2.5] = 1, [-1] = 1 }", "-1 1 2.5 3" },
    { "{ b = 1, [2] = 1, [true] = 1, [false] = 1, a = 1, [1] = 1 }", "false true 1 2 a b" },
    { "{ a = 1, A = 1, aa = 1, [''] = 1, ['a\\0'] = 1, ['\\255'] = 1 }", " A a a\0 aa \255" },
    { "{ [math.maxinteger] = 1, [math.maxinteger - 1] = 1, [2^63] = 1, [math.mininteger] = 1 }",
      "-9223372036854775808 9223372036854775806 9223372036854775807 9.2233720368548e+18" },
  }
  for _, row in ipairs(orders) do
    it("is the order of pairs and next in " .. row[1], function()
      local walk = ([[
        local t, keys = %s, {}
        for key in %%s do keys[#keys + 1] = tostring(key) end
        return table.concat(keys, " "):gsub("[^ -~]", function(b) return "\\" .. b:byte() end)]])
        :format(row[1]:gsub("%%", "%%%%"))
      local expected = row[2]:gsub("[^ -~]", function(b) return "\\" .. b:byte() end)
      for _, way in ipairs { "pairs(t)", "next, t" } do
        assert.equal(expected,
          policies.run("local function f() " .. walk:format(way) .. " end return (f())"))
      end
    end)
  end

  it("lets a walk remove and change what it meets", function()
    assert.equal("a b d", policies.run [[
      local t, seen = { a = 1, b = 2, c = 3, d = 4 }, {}
      for key in pairs(t) do
        seen[#seen + 1] = key
        t[key] = nil
        t.c = nil
      end
      return table.concat(seen, " ")]])
  end)

  it("has no order for keys that are tables or functions", function()
    for _, key in ipairs { "{}", "type", "job", "errors.E15" } do
      local _, why = policies.run(("for _ in pairs { [%s] = 1 } do end"):format(key))
      assert.is_truthy(why:find("they have no order that repeats", 1, true))
    end
  end)

  it("walks a view as the table behind it", function()
    local policy = assert(jobgate.policy { source = [[
      return { { refuse = errors.E15, set = function(job)
        local keys = {}
        for key, value in pairs(job.data) do keys[#keys + 1] = key .. "=" .. tostring(value) end
        return { keys = table.concat(keys, " "), list = #job.data.list }
      end } }]] })
    local _, _, _, data = policy.decide({ data = { b = true, a = 1.5, list = { 7, 8, 9 } } },
      { status = "Ready" })
    policy.close()
    assert.same({ keys = "a=1.5 b=true list=table", list = 3, a = 1.5, b = true }, data)
  end)

  it("shows no address", function()
    for lines, text in pairs {
      ["tostring({})"] = "table", ["tostring(type)"] = "function", ["tostring(job)"] = "job",
      ["tostring(request)"] = "request", ["tostring(errors.E15)"] = "error row",
      ["tostring(errors)"] = "table",
      ["tostring(function() end)"] = "function", ["tostring(string)"] = "table",
    } do
      assert.equal(text, policies.run("return " .. lines))
    end
    for _, format in ipairs { "%p", "%-20p", "\\0%p", "%%%p" } do
      assert.equal("(policy_source):2: %p is not in the sandbox",
        select(2, policies.run("return ('" .. format .. "'):format('x')")))
    end
    assert.equal("(policy_source):2: bad argument #1 to 'format' "
      .. "(cannot be shown: use a string, number or boolean)",
      select(2, policies.run "return ('%s'):format({})"))
  end)

  it("gives the same answers, ticks and journal in the same host again", function()
    local function story()
      local host <close> = assert(jobgate.open { seed = 7, policy_source = [[
        return { { refuse = errors.E15, set = function(job, request)
          local text = {}
          for key in pairs { x = 1, y = 2, [request.reason] = 3 } do text[#text + 1] = key end
          return { n = (job.data.n or 0) + 1, text = table.concat(text) }
        end } }]], jobs = { j1 = {} } })
      host:update("j1", "Ready", "w")
      host:update("j1", "Cancelled", "z")
      local journal = host:journal()
      for _, entry in ipairs(journal) do
        -- Lua remembers recent strings by their address, so the most memory that a
        -- decision took can differ by a string.
        assert.is_true(entry.bytes > 0)
        entry.bytes = nil
      end
      return { journal, host:jobs() }
    end
    assert.same(story(), story())
  end)
end)
