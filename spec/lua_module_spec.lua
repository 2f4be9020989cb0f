-- The Lua module: opening and closing, jobs, journal. (Requests: lua_request_spec;
-- operations and readings: lua_operations_spec; clock and events: lua_clock_spec;
-- answers and assertions: lua_response_spec.)

local control = require "support.control"
local http = require "support.http"
local jobgate = require "jobgate"
local tempfile = require "support.tempfile"

describe("require 'jobgate'", function()
  it("returns a table and sets no global", function()
    assert.is_nil(rawget(_G, "jobgate"))
    assert.is_truthy(jobgate._VERSION:find "^%d+%.%d+%.%d+$")
    for _, name in ipairs { "open", "policy", "response" } do
      assert.is_function(jobgate[name])
    end
  end)
end)

describe("jobgate.open", function()
  it("needs no option", function()
    local host <close> = assert(jobgate.open())
    assert.same({}, host:jobs())
    assert.equal(1767225600, host:time())
    assert.is_nil(host:url())
  end)

  it("takes jobs by id, as a list, or from a file", function()
    local file <close> = tempfile 'return { { id = "a" }, { id = "b", status = "Active" } }'
    local by_id = { a = {}, b = { status = "Active" } }
    local list = { { id = "a" }, { id = "b", status = "Active" } }
    for _, jobs in ipairs { by_id, list, file.path } do
      local host <close> = assert(jobgate.open { jobs = jobs })
      assert.equal(2, #host:jobs())
      assert.equal("New", host:job "a".status)
      assert.equal("Active", host:job "b".status)
    end
    local host <close> = assert(jobgate.open { jobs = {} })
    assert.same({}, host:jobs())
  end)

  it("does not change the tables that it is given", function()
    local jobs = { a = { status = "Active" } }
    local host <close> = assert(jobgate.open { jobs = jobs })
    host:update("a", "Cancelled")
    assert.same({ a = { status = "Active" } }, jobs)
  end)

  it("takes a policy from a file or as a text", function()
    local text = "return { { become = 'Paused' } }"
    local file <close> = tempfile(text)
    for _, options in ipairs { { policy = file.path }, { policy_source = text } } do
      options.jobs = { a = {} }
      local host <close> = assert(jobgate.open(options))
      assert.equal("Paused", host:update("a", "Ready"):find "Status")
    end
  end)

  it("takes the documented policy where none is given", function()
    local bare <close> = assert(jobgate.open())
    local named <close> = assert(jobgate.open { policy = "policies/documented.lua" })
    local function rules(host)
      return control.ask(host, "GET", "health"):json().rules
    end
    assert.equal(rules(named), rules(bare))
  end)

  it("takes a clock, a seed and a bound of the journal", function()
    local host <close> = assert(jobgate.open {
      clock = "manual@2030-05-06T07:08:09Z", seed = 3, journal_bytes = 4096,
    })
    assert.equal(os.time { year = 2030, month = 5, day = 6, hour = 7, min = 8, sec = 9 }
      - os.time { year = 1970, month = 1, day = 1, hour = 0 }, host:time())
  end)

  it("takes credentials, names, a prefix and a certificate", function()
    local host <close> = assert(jobgate.open {
      credentials = { { secret_id = "a", secret_key = "b" } }, hosts = { "cos.test" }, prefix = "/cos",
      tls_self_signed = true,
    })
    assert.is_nil(host:url())
    assert.is_string(host:certificate())
    assert.equal("a", host:control("GET", "credentials").credentials[1].secret_id)
    assert.equal(200, control.ask(host, "GET", "health", nil, { Host = "cos.test" }).status)
    assert.match("^https://127%.0%.0%.1:%d+/cos$", assert(host:listen()))
  end)

  it("takes none of them, said in full", function()
    local host <close> = assert(jobgate.open { hosts = {}, prefix = "", tls_self_signed = false })
    assert.is_nil(host:certificate())
    assert.match("^http://127%.0%.0%.1:%d+$", assert(host:listen()))
  end)

  local expected_failures = {
    { { policy = "no/such/file.lua" },               "no/such/file.lua" },
    { { policy_source = "return {" },                "(policy_source):1:" },
    { { policy_source = "return { { bcome = 1 } }" }, "rule 1: unknown key 'bcome'" },
    { { jobs = "no/such/jobs.lua" },                 "no/such/jobs.lua" },
    { { jobs = { a = { state = "New" } } },          'entry 1: unknown field "state"' },
    { { jobs = { { id = "a" }, { id = "a" } } },     'entry 2: id "a"' },
    { { jobs = { a = { description = "\xff" } } },   "UTF-8" },
    { { jobs = { a = { data = print } } },           "function" },
    { { clock = "tomorrow" },                        "tomorrow" },
    { { clock = "manual@2026-13-01T00:00:00Z" },     "manual@2026-13-01T00:00:00Z" },
    { { clock = "scaled:0" },                        "scaled:0" },
    { { credentials = "no/such/keys.lua" },          "no/such/keys.lua" },
    { { credentials = { { secret_id = "a" } } },     "credentials: entry 1: secret_id and secret_key" },
    { { hosts = { "cos.test", "cos.test:80" } },     'host "cos.test:80": a name has letters' },
    { { hosts = { "" , "a" } },                      'host ""' },
    { { hosts = { "*.test" } },                      'host "*.test"' },
    { { prefix = "cos" },                            'prefix "cos"' },
    { { tls_cert = "c.pem" },                        "go together" },
    { { tls_key = "k.pem" },                         "go together" },
    { { tls_cert = "no/c.pem", tls_key = "no/k.pem" }, "no/c.pem: cannot be read" },
  }
  for i, row in ipairs(expected_failures) do
    it(("gives nil and a sentence with '%s' (%d)"):format(row[2], i), function()
      local host, why = jobgate.open(row[1])
      assert.is_nil(host)
      assert.is_truthy(why:find(row[2], 1, true), why)
    end)
  end

  local mistakes = {
    { { polcy = "x" },             "unknown option 'polcy'" },
    { { "policies/x.lua" },        "unknown option '1'" },
    { { policy = {} },             "policy must be a string, not a table" },
    { { policy_source = 1 },       "policy_source must be a string, not a number" },
    { { jobs = 1 },                "jobs must be a string, not a number" },
    { { clock = true },            "clock must be a string, not a boolean" },
    { { readings = true },         "readings must be a table, not a boolean" },
    { { readings = "a\0b" },       "readings must be a table, not a string" },
    { { seed = "1" },              "seed must be a number, not a string" },
    { { journal_bytes = "1" },     "journal_bytes must be a number, not a string" },
    { { log = "stderr" },          "log must be a boolean, not a string" },
    { { credentials = true },      "credentials must be a string, not a boolean" },
    { { hosts = "cos.test" },      "hosts must be a table, not a string" },
    { { hosts = { "a", true } },   "hosts: entry 2 is no name" },
    { { hosts = { "a\0b" } },      "hosts: entry 1 is no name" },
    { { hosts = { a = "b" } },     "hosts must be a list of names" },
    { { prefix = "/a\0b" },        "prefix has a zero byte in it" },
    { { prefix = 1 },              "prefix must be a string, not a number" },
    { { tls_cert = true },         "tls_cert must be a string, not a boolean" },
    { { tls_key = {} },            "tls_key must be a string, not a table" },
    { { tls_self_signed = 1 },     "tls_self_signed must be a boolean, not a number" },
    { { seed = 1.5 },              "seed must be an integer" },
    { { journal_bytes = -1 },      "journal_bytes must be an integer, 0 or more" },
    { { policy = "a", policy_source = "b" }, "policy and policy_source" },
  }
  for _, row in ipairs(mistakes) do
    it("raises, at the caller's line: " .. row[2], function()
      local fine, why = pcall(function() jobgate.open(row[1]) end)
      assert.is_false(fine)
      assert.is_truthy(why:find("lua_module_spec.lua:%d+: jobgate.open: "), why)
      assert.is_truthy(why:find(row[2], 1, true), why)
    end)
  end
end)

describe("a host", function()
  it("ends with its scope and stops listening", function()
    local url
    do
      local host <close> = assert(jobgate.open())
      url = assert(host:listen())
    end
    assert.is_false((pcall(http.connect, url)))
  end)

  it("ends when it is collected", function()
    local url = assert(assert(jobgate.open()):listen())
    collectgarbage()
    collectgarbage()
    assert.is_false((pcall(http.connect, url)))
  end)

  it("may be closed twice, and says when it is used afterwards", function()
    local host = assert(jobgate.open())
    host:close()
    host:close()
    for _, use in ipairs {
      function() host:update("a", "Ready") end, function() host:jobs() end,
      function() host:put {} end, function() host:journal() end, function() host:time() end,
      function() host:create "" end, function() host:describe "a" end,
      function() host:list() end, function() host:prioritise("a", 1) end,
      function() host:delete_job "a" end, function() host:advance(1) end,
      function() host:set_time(1) end, function() host:advance_until("a", "Ready") end,
      function() host:settle() end, function() host:events() end,
      function() host:readings() end, function() host:read {} end,
      function() host:listen() end, function() host:unlisten() end, function() host:url() end,
      function() host:certificate() end,
    } do
      assert.error_matches(use, "this host is closed")
    end
  end)

  it("shares nothing with another", function()
    local one <close> = assert(jobgate.open { jobs = { a = {} } })
    local other <close> = assert(jobgate.open())
    one:advance(60)
    one:update("a", "Cancelled")
    assert.equal(1767225600, other:time())
    assert.equal(0, #other:jobs())
    assert.equal(0, #other:journal())
  end)
end)

describe("arranging from Lua", function()
  it("puts one job or a list, and tells their ids", function()
    local host <close> = assert(jobgate.open())
    assert.same({ "a" }, host:put { id = "a" })
    assert.same({ "b", "c" }, host:put { { id = "b" }, { id = "c" } })
    assert.equal(1, #host:put { status = "Active" })
    local none, why = host:put { { id = "d" }, { id = "a" } }
    assert.is_nil(none)
    assert.is_truthy(why:find("entry 2", 1, true), why)
    assert.equal(4, #host:jobs())
  end)

  it("reads, changes and deletes", function()
    local host <close> = assert(jobgate.open {
      jobs = { { id = "a" }, { id = "a", appid = "42", status = "Active" } },
    })
    assert.is_nil(host:job "none")
    assert.equal("New", host:job "a".status)
    assert.equal("Active", host:job("a", "42").status)
    assert.equal(1, #host:jobs { status = "Active" })
    assert.equal("Paused", host:change("a", { status = "Paused", data = { n = 1 } }, "42").status)
    assert.same({ n = 1 }, host:job("a", "42").data)
    assert.equal("New", host:job "a".status)
    assert.equal(1, host:delete { appid = "42" })
    assert.equal(1, host:delete())
    assert.equal(0, host:delete())
  end)

  it("gives nil and a sentence for what is wrong", function()
    local host <close> = assert(jobgate.open { jobs = { a = {} } })
    local rows = {
      { "is not a status",       host:jobs { status = "active" } },
      { "knows no parameter",    host:jobs { state = "Active" } },
      { "knows no parameter",    host:delete { state = "Active" } },
      { "no such job",           host:change("none", { priority = 1 }) },
      { "priority is -1",        host:change("a", { priority = -1 }) },
      { "function",              host:change("a", { data = { f = print } }) },
      { "cannot be advanced",    host:advance(-1) },
    }
    for _, row in ipairs(rows) do
      assert.is_nil(row[2])
      assert.is_truthy(row[3]:find(row[1], 1, true), row[3])
    end
    assert.equal(1, #host:jobs())
  end)

  it("moves the clock and tells the time", function()
    local host <close> = assert(jobgate.open { jobs = { a = { status = "Active" } } })
    assert.equal(1767225660, host:advance(60))
    assert.equal(1767225660, host:time())
    host:update("a", "Cancelled")
    assert.equal(1767225660, host:journal()[1].time)
  end)

  it("reads the journal, whole and from a number", function()
    local host <close> = assert(jobgate.open { journal_bytes = 4096 })
    for _ = 1, 30 do
      host:update("a", "Ready")
    end
    local entries, dropped = host:journal()
    assert.equal(30, #entries + dropped)
    assert.is_true(dropped > 0)
    assert.equal(1, #(host:journal(29)))
  end)

  it("asks the policy without changing anything", function()
    local host <close> = assert(jobgate.open())
    local question = { job = { status = "Suspended" }, request = { status = "Ready" } }
    assert.equal("Ready", host:decide(question).become)
    local none, why = host:decide { request = { status = "Paused" } }
    assert.is_nil(none)
    assert.is_truthy(why:find("Ready or Cancelled", 1, true), why)
  end)
end)
