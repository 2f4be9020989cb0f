-- Nothing outlives its budget: ticks, bytes and time of a decision, and what
-- the words of the libraries take of them (rules S3-S7, S10, S11).

local broken = require "support.broken"
local jobgate = require "jobgate"
local policies = require "support.policies"
local socket = require "socket"

local TICKS = "budget of 1000000 ticks used up"
local MEMORY = "not enough memory"
local TIME = "time limit used up"

--- Each is stopped for that reason, and soon: a loop that nothing stops takes
--- for ever. Where a machine is busy the deadline may come first: once more.
local function stops(reason, rows)
  for _, lines in ipairs(rows) do
    it(("stops `%s`"):format(lines), function()
      local begin = socket.gettime()
      local trace = broken.check("do " .. lines .. " end")
      for _ = 1, reason == TICKS and trace:find(TIME, 1, true) and 2 or 0 do
        trace = broken.check("do " .. lines .. " end")
      end
      assert.is_truthy(trace:find(reason, 1, true), trace)
      assert.is_true(socket.gettime() - begin < 2)
    end)
  end
end

describe("the tick budget", function()
  stops(TICKS, {
    "while true do end", "repeat until false", "::a:: goto a", "for i = 1, math.huge do end",
    "local function f() return f() end return f()",
    "local function f(a, b) table.sort({ 2, 1, 3 }, function() while true do end end) end f()",
    "return ('x'):gsub('x', function() while true do end end)",
  })
  -- Work in C counts: patterns.
  stops(TICKS, {
    "return ('a'):rep(256):find(('.-'):rep(4) .. 'b')",
    "return ('a'):rep(256):find(('a*'):rep(30) .. 'b')",
    "return ('a'):rep(250000):match('.-b')",
    "return ('a'):rep(200000):gsub('.-b', '')",
    "for _ in ('a'):rep(200000):gmatch('.-b') do end",
    "return ('('):rep(250000):find('%b()')",
    "return ('x'):rep(100000):find('[' .. ('y'):rep(100000) .. ']')",
    "return ('a'):rep(1000):find(('a?'):rep(100) .. 'b')",
    "return ('ab'):rep(50000):find(('a'):rep(2000) .. 'b', 1, true)",
    "local s = ('ab'):rep(50000) while true do s:find('ac', 1, true) end",
  })
  -- And words that touch many bytes or elements.
  stops(TICKS, {
    "('x'):rep(1 << 40)", "(''):rep(-1 >> 1)", "('x'):rep(1 << 33, 'yy')", "('x'):rep(16000000)",
    "local s = ('x'):rep(200000) while true do s:upper() end",
    "local s = ('x'):rep(200000) while true do s:reverse() end",
    "local s = ('x'):rep(200000) while true do s:sub(2) end",
    "local s = ('x'):rep(200000) while true do local _ = s:byte(1) end",
    "local s = ('x'):rep(200000) while true do local _ = ('%q'):format(s) end",
    "local s = ('9'):rep(200000) while true do local _ = tonumber(s) end",
    "local s = ('9'):rep(200000) while true do local _ = tostring(s) end",
    "local s = ('x'):rep(200000) while true do local _ = utf8.len(s) end",
    "table.concat({}, '', 1, 1 << 60)", "table.unpack({}, 1, 1 << 60)",
    "table.move({}, 1, 1 << 60, 2)",
    "local t = {} for i = 1, 20000 do t[i] = -i end for _ = 1, 3 do table.sort(t) end",
    "local t = {} for i = 1, 5000 do t[i] = i end while true do table.insert(t, 1, 1) end",
    "local t = {} for i = 1, 5000 do t[i] = i end while true do table.remove(t, 1) t[5000] = 1 end",
    "local t = {} for i = 1, 10000 do t[i] = i end while true do pairs(t) end",
    "local t = {} for i = 1, 1000 do t[i] = i end while true do next(t) end",
    "while true do local _ = ('%.99f'):format(1e308) end",
    "while true do local _ = job.data end", "while true do jobs.get('j1') end",
    "while true do jobs.count {} end", "while true do jobs.highest { status = 'Active' } end",
    "while true do local _ = readings.scheduler end", "while true do local _ = job.manifest end",
  })
  -- A border that lies: # says 2^62.
  local lying = "local t = {} for i = 1, 62 do t[1 << i] = 1 end t[1] = 1 "
  stops(TICKS, {
    lying .. "table.insert(t, 1, 1)", lying .. "table.remove(t, 1)", lying .. "table.sort(t)",
    lying .. "table.unpack(t)", lying .. "table.concat(t)",
  })

  it("lets a list of some thousands be built with table.insert", function()
    assert.equal("10000",
      policies.run "local t = {} for i = 1, 10000 do table.insert(t, i) end return #t")
  end)

  it("pays for each job that jobs.highest looks at", function()
    local host <close> = policies.host [[return { { refuse = errors.E15,
      when = function(_, request) return jobs.highest { status = request.reason } end },
      { refuse = errors.E14 } }]]
    local list = {}
    for i = 1, 20001 do
      list[i] = { id = "n" .. i, status = i <= 19000 and "Paused" or "New" }
    end
    assert(host:put(list))
    assert.refused("E15", host:update("j1", "Ready", "Paused"))
    assert(host:put { { status = "Ready" }, { status = "Ready" } })
    assert.is_true(host:update("j1", "Ready", "Ready"):entry().ticks < 1000)
    for _, job in ipairs(host:jobs { status = "New" }) do
      assert(host:change(job.id, { status = "Paused" }))
    end
    assert.refused("S9", host:update("j1", "Ready", "Paused"))
  end)

  it("is a new one for each decision", function()
    local host <close> = policies.host [[return { { refuse = errors.E15,
      when = function() for _ = 1, 200000 do end return true end }, { refuse = errors.E14 } }]]
    for _ = 1, 20 do
      assert.refused("E15", host:update("j1", "Ready"))
    end
  end)

  it("stands in the journal as it was used", function()
    local host <close> = policies.host [[return { { refuse = errors.E15,
      when = function(_, request)
        for _ = 1, #request.reason * 1000 do end
        return true
      end }, { refuse = errors.E14 } }]]
    local little = host:update("j1", "Ready", "x"):entry().ticks
    local much = host:update("j1", "Ready", ("x"):rep(100)):entry().ticks
    assert.is_true(little < 5000 and much > 90000 and much < 1000000)
  end)
end)

describe("the byte budget", function()
  stops(MEMORY, {
    "local s = 'x' while true do s = s .. s end",
    "local t = {} while true do t = { t } end",
    "local t = {} for i = 1, 1e9 do t[i] = i end",
    "local t = {} for i = 1, 1e7 do t[('k'):rep(100) .. i] = i end",
    "local function f() return 1 + f() end return f()",
    "local f = function() end while true do local g = f f = function() return g() end end",
    "return ('x'):rep(10000):gsub('', ('y'):rep(1000))",
    "local t = {} for i = 1, 700 do t[i] = ('x'):rep(1000) end return table.concat(t) .. 'x'",
    "local t = {} for i = 1, 1200 do t[i] = ('x'):rep(900, 'y') .. i end",
  })

  it("bounds what the policy keeps over many decisions", function()
    local host <close> = policies.host [[
      local kept = {}
      return { { refuse = errors.E14, when = function()
        kept[#kept + 1] = ("x"):rep(100000) .. #kept
        return false
      end }, { refuse = errors.E15 } }]]
    local broke = 0
    for _ = 1, 60 do
      broke = broke + (host:update("j1", "Ready").status == 500 and 1 or 0)
    end
    assert.is_true(broke >= 3 and broke <= 10, broke .. " of 60 broke")
  end)
end)

describe("the deadline", function()
  stops(TIME, {
    "local s = ('9'):rep(400000) while true do local _ = s + 0 end",
    "local s = ('x'):rep(400000) while true do local _ = s .. 'y' end",
  })
end)

describe("the C stack", function()
  for _, lines in ipairs {
    "local function f(s) return (s:gsub('x', f)) end return f 'x'",
    "local function f() return table.sort({ 2, 1, 3 }, f) end return f()",
  } do
    it(("is not used up by `%s`"):format(lines), function()
      assert.is_truthy(broken.check("do " .. lines .. " end"):find("C stack overflow", 1, true))
    end)
  end

  it("bears the longest chain of fields and the deepest nesting that load", function()
    for _, text in ipairs {
      "local t = {} local x = t" .. (".b"):rep(30000),
      "local x = " .. ("{"):rep(190) .. ("}"):rep(190),
      "local x = " .. ("-"):rep(60000):gsub("%-%-", "- ") .. "1",
      ("do "):rep(190) .. ("end "):rep(190) .. "error 'x'",
      "local x = 1" .. (" .. 1"):rep(10000),
    } do
      assert.is_string(policies.load_error(text))
    end
  end)
end)

describe("after a budget broke", function()
  it("the policy starts anew from its source", function()
    for _, bomb in ipairs { "while true do end", "local s = 'x' while true do s = s .. s end",
                            "('x'):rep(10000):gsub('', ('y'):rep(1000))" } do
      local host <close> = policies.host(([[
        local n = 0
        return { { refuse = errors.E15, set = function(_, request)
          n = n + 1
          if request.reason == "bad" then %s end
          return { n = n }
        end } }]]):format(bomb))
      host:update("j1", "Ready")
      host:update("j1", "Ready")
      assert.same({ n = 2 }, host:job("j1").data)
      assert.refused({ 500, "InternalError" }, host:update("j1", "Ready", "bad"))
      assert.refused("E15", host:update("j1", "Ready"))
      assert.same({ n = 1 }, host:job("j1").data)
    end
  end)

  it("the counts of `times` go on", function()
    local host <close> = policies.host [[return {
      { times = 2, refuse = errors.E23 },
      { refuse = errors.E14, when = function() while true do end end },
      { refuse = errors.E15 } }]]
    assert.refused("E23", host:update("j1", "Ready"))
    assert.refused("E23", host:update("j1", "Ready"))
    assert.refused({ 500, "InternalError" }, host:update("j1", "Ready"))
    assert.refused({ 500, "InternalError" }, host:update("j1", "Ready"))
  end)
end)

describe("the budget of loading", function()
  it("is larger: some thousand rules load", function()
    local policy = assert(jobgate.policy { source = [[
      local rules = {}
      for i = 1, 5000 do rules[i] = { times = i, refuse = errors.E15 } end
      rules[#rules + 1] = { refuse = errors.E15 }
      return rules]] })
    policy.close()
  end)
end)
