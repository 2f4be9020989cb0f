-- Credentials: a file, a list in Lua, the control API. A bad one is refused with
-- entry and word, and changes nothing; no secret is ever shown. (What a signature
-- must be: spec/conformance.)

local control = require "support.control"
local jobgate = require "jobgate"
local sign = require "jobgate.sign"
local tempfile = require "support.tempfile"

local START = 1767225600 -- where a manual clock begins
local WINDOW = ("%d;%d"):format(START - 60, START + 7200)

--- Words that stand nowhere else.
local KEY, TOKEN = "kEy-Of-OwNeR", "ToKeN-oF-gUeSt"
local OWNER = { secret_id = "AKIDowner", secret_key = KEY }
local GUEST = { secret_id = "AKIDguest", secret_key = "kEy-Of-GuEsT", token = TOKEN }

--- A host with the credentials of such a file; or nil and why, the file called
--- FILE.
local function open(text)
  local credentials <close> = tempfile(text)
  local host, why = jobgate.open {
    credentials = credentials.path, jobs = { j1 = { status = "Suspended" } },
  }
  return host, why and why:gsub(credentials.path:gsub("%p", "%%%0"), "FILE")
end

--- Ask a host, signed with a credential: the status, and the row when refused.
local function ask(host, credential, method, target, appid)
  local request = {
    method = method or "GET", target = target or "/jobs",
    headers = { { "Host", "127.0.0.1" }, { "x-cos-appid", appid or "1250000000" } },
  }
  local response = host:request(sign(request, {
    secret_id = credential.secret_id, secret_key = credential.secret_key,
    token = credential.token, time = WINDOW,
  }))
  return { response.status, response:entry().row }
end

local ok = { 200 }

describe("a credentials file", function()
  it("of one entry turns the check of signatures on", function()
    local host <close> = assert(open 'return { { secret_id = "AKIDa", secret_key = "k" } }')
    local one = { secret_id = "AKIDa", secret_key = "k" }
    assert.same(ok, ask(host, one))
    assert.same(ok, ask(host, one, "POST", "/jobs/j1/status?requestedJobStatus=Ready"))
    assert.same(ok, ask(host, one, "GET", "/jobs", "1259999999"))
    assert.same({ 403, "G03" }, ask(host, { secret_id = "AKIDa", secret_key = "K" }))
    assert.same({ 403, "G02" }, ask(host, OWNER))
    assert.refused({ 403, "AccessDenied" }, host:list())
  end)

  it("takes every field", function()
    local host <close> = assert(open(([[
      return {
        { secret_id = "AKIDreader", secret_key = "k", appid = "1250000000",
          operations = { "ListJobs", "UpdateJobPriority" } },
        { secret_id = "AKIDguest", secret_key = "g", token = "%s", expires = "2026-01-01T01:00:00Z" },
        { secret_id = "AKIDlate", secret_key = "l", token = "t", expires = 1767229200 },
        { secret_id = "AKIDever", secret_key = "e", token = "t" },
      }]]):format(TOKEN)))
    local reader = { secret_id = "AKIDreader", secret_key = "k" }
    local temporary = {
      { secret_id = "AKIDguest", secret_key = "g", token = TOKEN },
      { secret_id = "AKIDlate", secret_key = "l", token = "t" },
    }
    assert.same(ok, ask(host, reader))
    assert.same(ok, ask(host, reader, "POST", "/jobs/j1/priority?priority=3"))
    assert.same({ 403, "G01" }, ask(host, reader, "POST", "/jobs/j1/status?requestedJobStatus=Ready"))
    assert.same({ 403, "G01" }, ask(host, reader, "GET", "/jobs", "1259999999"))
    assert.same({ 403, "G07" }, ask(host, { secret_id = "AKIDever", secret_key = "e" }))
    for _, seconds in ipairs { 0, 3599, 1 } do
      host:advance(seconds)
      for _, credential in ipairs(temporary) do
        assert.same(host:time() < START + 3600 and ok or { 400, "G06" }, ask(host, credential))
      end
    end
    assert.same(ok, ask(host, { secret_id = "AKIDever", secret_key = "e", token = "t" }))
  end)

  it("may grant no operation: an empty list is one", function()
    local host <close> = assert(open "return { { secret_id = 'a', secret_key = 'k', operations = {} } }")
    assert.same({ 403, "G01" }, ask(host, { secret_id = "a", secret_key = "k" }))
    local shown = assert(host:control("GET", "credentials")).credentials
    assert.same({}, shown[1].operations)
  end)

  it("may name each operation", function()
    local names = {
      "UpdateJobStatus", "CreateJob", "DescribeJob", "ListJobs", "UpdateJobPriority", "DeleteJob",
    }
    local host <close> = assert(open(([[
      local list = {}
      for i, name in ipairs { "%s" } do
        list[i] = { secret_id = name, secret_key = "k", operations = { name, name } }
      end
      return list]]):format(table.concat(names, '", "'))))
    for i, shown in ipairs(host:control("GET", "credentials").credentials) do
      assert.same({ secret_id = names[i], operations = { names[i] }, temporary = false }, shown)
    end
  end)

  it("takes texts up to their limits", function()
    local host <close> = assert(open [[
      return { { secret_id = ("i"):rep(128), secret_key = ("k"):rep(256),
        appid = ("1"):rep(64), token = ("t"):rep(4096) } }]])
    assert.equal(128, #host:control("GET", "credentials").credentials[1].secret_id)
  end)

  it("may hold 1000 keys", function()
    local host <close> = assert(open [[
      local list = {}
      for i = 1, 1000 do list[i] = { secret_id = "AKID" .. i, secret_key = "k" .. i } end
      return list]])
    assert.same(ok, ask(host, { secret_id = "AKID1000", secret_key = "k1000" }))
    assert.same({ 403, "G03" }, ask(host, { secret_id = "AKID1000", secret_key = "k1" }))
    assert.same({ 403, "G02" }, ask(host, { secret_id = "AKID1001", secret_key = "k1" }))
  end)
end)

local BOTH = "secret_id and secret_key must be given"
local LISTED = " is none of UpdateJobStatus, CreateJob, DescribeJob, ListJobs, UpdateJobPriority, DeleteJob"
local VISIBLE = ' must be of visible ASCII without "&"'
local TIME = "expires must be 2026-01-01T00:00:00Z or Unix seconds"
local TABLE = "a credential must be a table with names as keys"

--- Fields of an entry that is fine without them.
local function with(fields)
  return "{ secret_id = 'AKIDb', secret_key = 'k', " .. fields .. " }"
end

-- Title; the second entry of a list; what is said behind "FILE: entry 2: ".
local bad_entries = {
  { "nothing",                      "{}",                              BOTH },
  { "no secret_id",                 "{ secret_key = 'k' }",            BOTH },
  { "no secret_key",                "{ secret_id = 'AKIDb' }",         BOTH },
  { "a text",                       "'AKIDb'",                         TABLE },
  { "a number",                     "7",                               TABLE },
  { "a list",                       "{ 'AKIDb', 'k' }",                TABLE },
  { "a misspelt field",             with "secret = 'x'",
    'unknown field "secret" (secret_id, secret_key, appid, operations, token, expires)' },
  { "a field in capitals",          with "AppId = '1'",                'unknown field "AppId" (' },
  { "a secret_id that is a number", "{ secret_id = 1, secret_key = 'k' }",
    "secret_id must be a string of 1 to 128 bytes" },
  { "an empty secret_id",           "{ secret_id = '', secret_key = 'k' }",
    "secret_id must be a string of 1 to" },
  { "a secret_id too long",         "{ secret_id = ('i'):rep(129), secret_key = 'k' }",
    "secret_id must be a string of 1 to" },
  { "a secret_id twice",            "{ secret_id = 'AKIDa', secret_key = 'other' }",
    'secret_id "AKIDa" stands there twice' },
  { "a secret_id with a blank",     "{ secret_id = 'AK ID', secret_key = 'k' }", "secret_id" .. VISIBLE },
  { "a secret_id with &",           "{ secret_id = 'AK&ID', secret_key = 'k' }", "secret_id" .. VISIBLE },
  { "a secret_id with a line's end", "{ secret_id = 'AK\\n', secret_key = 'k' }", "secret_id" .. VISIBLE },
  { "a secret_id that is not ASCII", "{ secret_id = '取', secret_key = 'k' }", "secret_id" .. VISIBLE },
  { "a secret_key that is a boolean", "{ secret_id = 'AKIDb', secret_key = true }",
    "secret_key must be a string of 1 to 256 bytes" },
  { "an empty secret_key",          "{ secret_id = 'AKIDb', secret_key = '' }",
    "secret_key must be a string of 1 to" },
  { "a secret_key too long",        "{ secret_id = 'AKIDb', secret_key = ('k'):rep(257) }",
    "secret_key must be a string of 1 to" },
  { "a secret_key with DEL",        "{ secret_id = 'AKIDb', secret_key = 'k\\127' }",
    "secret_key" .. VISIBLE },
  { "a secret_key with a zero byte", "{ secret_id = 'AKIDb', secret_key = 'k\\0' }",
    "a string that is not UTF-8, or has a zero byte, cannot be kept" },
  { "a secret_key that is not UTF-8", "{ secret_id = 'AKIDb', secret_key = '\\xff' }",
    "a string that is not UTF-8, or has a zero byte, cannot be kept" },
  { "an appid that is a number",    with "appid = 1250000000",
    "appid must be a string of 1 to 64 bytes" },
  { "an empty appid",               with "appid = ''",
    "appid must be a string of 1 to 64 bytes" },
  { "an appid too long",            with "appid = ('1'):rep(65)",
    "appid must be a string of 1 to 64 bytes" },
  { "an appid with a tab",          with "appid = '1\\t'",             "appid" .. VISIBLE },
  { "an operation that there is not", with "operations = { 'ListJobs', 'DropJobs' }",
    'operations: "DropJobs"' .. LISTED },
  { "an operation in lower case",   with "operations = { 'listjobs' }", 'operations: "listjobs"' .. LISTED },
  { "what no client may ask for",   with "operations = { 'Tick' }",    'operations: "Tick"' .. LISTED },
  { "an operation that is a number", with "operations = { 1 }",
    'operations: "(not a string)"' .. LISTED },
  { "operations that are a text",   with "operations = 'ListJobs'",    "operations must be a list of names" },
  { "operations by name",           with "operations = { ListJobs = true }",
    "operations must be a list of names" },
  { "a token that is a number",     with "token = 1",
    "token must be a string of 1 to 4096 bytes" },
  { "an empty token",               with "token = ''",
    "token must be a string of 1 to 4096 bytes" },
  { "a token too long",             with "token = ('t'):rep(4097)",
    "token must be a string of 1 to 4096 bytes" },
  { "a token with CR",              with "token = 't\\r'",             "token" .. VISIBLE },
  { "expires without a token",      with "expires = '2026-01-01T00:00:00Z'",
    "expires: only a temporary key, which has a token, expires" },
  { "expires in words",             with "token = 't', expires = 'tomorrow'", TIME },
  { "expires on no day",            with "token = 't', expires = '2026-02-30T00:00:00Z'", TIME },
  { "expires in 1970",              with "token = 't', expires = 0",   TIME },
  { "expires before 1970",          with "token = 't', expires = -1",  TIME },
  { "expires with a fraction",      with "token = 't', expires = 1.5", TIME },
  { "expires true",                 with "token = 't', expires = true", TIME },
  { "a function",                   with "token = next",               "a function cannot be kept" },
}

-- Title; a file; all of what is said.
local bad_files = {
  { "an empty list",             "return {}",      "FILE: must be a list of one credential or more" },
  { "one credential, no list",   "return { secret_id = 'AKIDa', secret_key = 'k' }",
    "FILE: must be a list of one credential or more" },
  { "credentials by name",       "return { a = { secret_id = 'AKIDa', secret_key = 'k' } }",
    "FILE: must be a list of one credential or more" },
  { "a list with a hole",        "return { [2] = { secret_id = 'AKIDa', secret_key = 'k' } }",
    "FILE: a key that is a number cannot be kept" },
  { "nothing",                   "",               "FILE: returns a nil; it must return a list" },
  { "a text",                    "return 'AKIDa'", "FILE: returns a string; it must return a list" },
  { "a syntax error",            "return {\n  { secret_id = }\n}", "FILE:2: unexpected symbol" },
  { "an error when it runs",     "\n\nerror 'no keys today'",      "FILE:3: no keys today" },
  { "a word of the open world",  "return { { secret_id = os.getenv 'ID' } }", "FILE:1: " },
  { "compiled code",             "\27Lua",         "FILE" },
}

describe("a credentials file is refused with", function()
  for _, row in ipairs(bad_entries) do
    it(row[1], function()
      local host, why = open("return { { secret_id = 'AKIDa', secret_key = 'k' }, " .. row[2] .. " }")
      assert.is_nil(host)
      local wanted = "FILE: entry 2: " .. row[3]
      assert.equal(wanted, why:sub(1, #wanted))
    end)
  end

  for _, row in ipairs(bad_files) do
    it(row[1], function()
      local host, why = open(row[2])
      assert.is_nil(host)
      assert.equal(row[3], why:sub(1, #row[3]))
    end)
  end

  it("a path that leads nowhere", function()
    local paths = { ["/none/c.lua"] = "cannot be opened", ["policies"] = "is not a regular file" }
    for path, text in pairs(paths) do
      local host, why = jobgate.open { credentials = path }
      assert.is_nil(host)
      assert.is_truthy(why:find(path .. ": " .. text, 1, true), why)
    end
  end)

  it("no word of what is secret, whatever is wrong", function()
    for _, wrong in ipairs { "expires = 0", "operations = 1", "appid = 1", "x = 1", "[1] = 1" } do
      local _, why = open(("return { { secret_id = 'AKIDa', secret_key = '%s', token = '%s', %s } }")
        :format(KEY, TOKEN, wrong))
      assert.is_truthy(why)
      assert.is_nil(why:find(KEY, 1, true), why)
      assert.is_nil(why:find(TOKEN, 1, true), why)
    end
  end)

  it("none when it cannot even be read, but with its line", function()
    local rows = {
      { "secret_key = 'sEcReT },",                    "unfinished string" },
      { "secret_key = sEcReT }",                      "unknown word" },
      { "secret_key 'sEcReT' }",                      "unknown word" },
      { "secret_key = 'x' 'sEcReT' }",                "'}' expected" },
      { "secret_key = 'sEcReT', expires = nil + 1 }", "attempt to perform arithmetic" },
    }
    for _, row in ipairs(rows) do
      local host, why = open("return { {\n" .. row[1] .. "\n}")
      assert.is_nil(host)
      assert.is_nil(why:find "sEcReT", why)
      assert.is_truthy(why:find("^FILE:%d+: "), why)
      assert.is_truthy(why:find(row[2], 1, true), why)
    end
  end)
end)

describe("credentials as a list in Lua", function()
  it("are those of a file", function()
    local list = { OWNER, GUEST }
    local host <close> = assert(jobgate.open { credentials = list })
    assert.same({ OWNER, GUEST }, list)
    assert.same(ok, ask(host, OWNER))
    assert.same(ok, ask(host, GUEST))
    assert.refused({ 403, "AccessDenied" }, host:list())
  end)

  it("stand beside jobs, which need no signature", function()
    local host <close> = assert(jobgate.open { credentials = { OWNER }, jobs = { j1 = {} } })
    assert.same(ok, ask(host, OWNER, "GET", "/jobs/j1"))
    assert.equal("New", host:job "j1".status)
  end)

  local bad = {
    { "an empty one",       {},
      "credentials: must be a list of one credential or more" },
    { "one without a list", OWNER,
      "credentials: must be a list of one credential or more" },
    { "one twice",          { OWNER, OWNER },
      'credentials: entry 2: secret_id "AKIDowner" stands' },
    { "a misspelt field",   { { secretid = "a" } },
      'credentials: entry 1: unknown field "secretid" (' },
    { "a function",         { { secret_id = print } },           "a function cannot be kept" },
    { "another operation",  { { secret_id = "a", secret_key = "b", operations = { "GetObject" } } },
      'credentials: entry 1: operations: "GetObject"' .. LISTED },
  }
  for _, row in ipairs(bad) do
    it("are refused: " .. row[1], function()
      local host, why = jobgate.open { credentials = row[2] }
      assert.is_nil(host)
      assert.equal(row[3], why:sub(1, #row[3]))
    end)
  end
end)

describe("GET credentials", function()
  it("says that nothing is checked, where nothing is", function()
    local host <close> = control.open()
    assert.same({ checked = false, credentials = {} }, host:control("GET", "credentials"))
  end)

  it("shows everything but key and token", function()
    local host <close> = assert(jobgate.open { credentials = {
      { secret_id = "AKIDreader", secret_key = KEY, appid = "42", operations = { "ListJobs", "CreateJob" } },
      { secret_id = "AKIDguest", secret_key = KEY, token = TOKEN, expires = START },
    } })
    assert.same({ checked = true, credentials = {
      { secret_id = "AKIDreader", appid = "42", operations = { "CreateJob", "ListJobs" }, temporary = false },
      { secret_id = "AKIDguest", temporary = true, expires = "2026-01-01T00:00:00Z", operations = {
        "UpdateJobStatus", "CreateJob", "DescribeJob", "ListJobs", "UpdateJobPriority", "DeleteJob" } },
    } }, host:control("GET", "credentials"))
  end)
end)

describe("PUT credentials", function()
  it("turns the check on, and tells what holds now", function()
    local host <close> = control.open()
    assert.equal(200, host:list().status)
    local answer = assert(host:control("PUT", "credentials", nil, { credentials = { OWNER } }))
    assert.same(host:control("GET", "credentials"), answer)
    assert.same({ true, 1 }, { answer.checked, #answer.credentials })
    assert.equal(403, host:list().status)
    assert.same(ok, ask(host, OWNER))
  end)

  it("replaces all that were there", function()
    local host <close> = assert(jobgate.open { credentials = { OWNER } })
    local other = { secret_id = OWNER.secret_id, secret_key = "another" }
    assert(host:control("PUT", "credentials", nil, { credentials = { GUEST, other } }))
    assert.same({ 403, "G03" }, ask(host, OWNER))
    assert.same(ok, ask(host, other))
    assert(host:control("PUT", "credentials", nil, { credentials = { GUEST } }))
    assert.same({ 403, "G02" }, ask(host, other))
    assert.same(ok, ask(host, GUEST))
  end)

  -- What is sent, the code, and how the message begins.
  local bad = {
    { "no body",              nil,                               "BadBody", "line 1" },
    { "what is no JSON",      '{"credentials": [',               "BadBody", "line 1" },
    { "a list",               '[{"secret_id": "a", "secret_key": "b"}]', "BadBody",
      "the body is not a JSON object" },
    { "nothing in it",        "{}",                              "BadCredentials",
      "the body is not of the form" },
    { "another name",         '{"keys": []}',                    "BadCredentials",
      "credentials: must be a list" },
    { "a second name",        '{"credentials": [{"secret_id": "a", "secret_key": "b"}], "x": 1}',
      "BadCredentials", "the body is not of the form" },
    { "an empty list",        '{"credentials": []}',             "BadCredentials",
      "credentials: must be a list" },
    { "null",                 '{"credentials": null}',           "BadCredentials",
      "credentials: must be a list" },
    { "a bad entry behind a good one",
      '{"credentials": [{"secret_id": "a", "secret_key": "b"}, {"secret_id": "c"}]}',
      "BadCredentials", "credentials: entry 2: " .. BOTH },
    { "a field that is null", '{"credentials": [{"secret_id": "a", "secret_key": null}]}',
      "BadCredentials", "credentials: entry 1: secret_key must be" },
    { "a field twice",        '{"credentials": [{"secret_id": "a", "secret_id": "b", "secret_key": "c"}]}',
      "BadBody", "line 1" },
    { "an escape character",
      '{"credentials": [{"secret_id": "a", "secret_key": "b", "operations": ["\\u001b"]}]}',
      "BadCredentials", 'credentials: entry 1: operations: "\\x1B"' },
  }
  for _, row in ipairs(bad) do
    it("refuses " .. row[1] .. " and changes nothing", function()
      for _, host in ipairs { control.open(), assert(jobgate.open { credentials = { OWNER } }) } do
        local before = host:control("GET", "credentials")
        local response = control.ask(host, "PUT", "credentials", row[2])
        assert.same({ 400, row[3] }, { response.status, response:json().error.code })
        assert.equal(row[4], response:json().error.message:sub(1, #row[4]))
        assert.same(before, host:control("GET", "credentials"))
        assert.equal(before.checked and 403 or 200, host:list().status)
        assert.same(ok, ask(host, OWNER))
        host:close()
      end
    end)
  end

  it("is refused to web pages, as the rest of the control API", function()
    local host <close> = assert(jobgate.open { credentials = { OWNER } })
    for _, method in ipairs { "GET", "PUT", "DELETE" } do
      assert.equal(403, control.ask(host, method, "credentials", nil, { Origin = "null" }).status)
    end
    assert.is_true(host:control("GET", "credentials").checked)
  end)
end)

describe("DELETE credentials", function()
  it("turns the check off, and may find it off", function()
    local host <close> = assert(jobgate.open { credentials = { OWNER } })
    assert.equal(403, host:list().status)
    for _ = 1, 2 do
      assert.same({ checked = false, credentials = {} }, host:control("DELETE", "credentials"))
      assert.equal(200, host:list().status)
      assert.same(ok, ask(host, { secret_id = "nobody", secret_key = "nothing" }))
    end
  end)
end)

describe("what is secret", function()
  --- All that a host shows of itself, but what its clients have sent.
  local function shown(host)
    local list = {}
    for route in ("health jobs journal events errors readings credentials clock"):gmatch "%w+" do
      list[#list + 1] = control.ask(host, "GET", route).body
    end
    return table.concat(list)
  end

  it("is in no answer, no journal and no control answer", function()
    local host <close> = assert(jobgate.open {
      jobs = { j1 = {} },
      credentials = {
        OWNER, GUEST, { secret_id = "AKIDnone", secret_key = KEY, operations = { "ListJobs" } },
        { secret_id = "AKIDold", secret_key = KEY, token = TOKEN, expires = 1 },
      },
    })
    local rows = {}
    for i, wrong in ipairs {
      OWNER, { secret_id = "AKIDowner", secret_key = "x" }, { secret_id = "AKIDelse", secret_key = "x" },
      { secret_id = "AKIDguest", secret_key = "x" },
      { secret_id = "AKIDguest", secret_key = "x", token = "x" },
      { secret_id = "AKIDowner", secret_key = "x", token = "x" },
    } do
      rows[i] = ask(host, wrong, "GET", "/jobs/j1")[2] or "none"
    end
    assert.same({ "none", "G03", "G02", "G07", "G07", "G07" }, rows)
    host:read { describe_action = "describe_job" }
    assert.same({ 403, "G01" }, ask(host, { secret_id = "AKIDnone", secret_key = KEY }, "GET", "/jobs/j1"))
    local text = shown(host)
    assert.is_truthy(text:find("HttpString", 1, true), "the journal tells what was signed")
    for _, secret in ipairs { KEY, TOKEN, GUEST.secret_key } do
      assert.is_nil(text:find(secret, 1, true), secret)
    end
  end)
end)
