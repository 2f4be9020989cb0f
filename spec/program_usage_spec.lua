-- The program's command line: help, version, and what each mistake gives. Exit
-- codes: 0 ended cleanly, 2 wrong usage, 3 could not run.

local http = require "support.http"
local jobgate = require "jobgate"
local process = require "support.process"
local tempfile = require "support.tempfile"

-- The options of `serve`, as the README has them.
local options = {
  "policy FILE", "watch", "jobs FILE", "address ADDR", "port N", "control PLACE", "control-token-file FILE",
  "host NAME", "prefix PATH", "credentials FILE", "tls-cert FILE", "tls-key FILE", "tls-self-signed",
  "ready-fd N", "clock CLOCK", "reading NAME=VALUE", "readings FILE", "seed N", "log FORMAT", "log-level LEVEL",
  "journal FILE", "journal-bytes N",
}

--- It ended with `code`, without a word on stdout, and stderr has `text`.
local function assert_failed(code, text, result)
  assert.equal("", result.out)
  assert.match(text, result.err, 1, true)
  assert.equal(code, result.code)
  assert.match("^jobgate: [^\n]+\n$", result.err)
end

local function repeated(word, times)
  local list = {}
  for i = 1, times do
    list[i] = word
  end
  return list
end

local wrong = {
  { "an unknown command",          { "sevre" },                          'no command "sevre"' },
  { "an unknown option",           { "serve", "--nope", "1" },           "unknown option --nope" },
  { "an unknown option with =",    { "serve", "--nope=1" },              "unknown option --nope=1" },
  { "a short option",              { "serve", "-xy" },                   "unknown option -xy" },
  { "an option cut short",         { "serve", "--po", "1" },             "unknown option --po" },
  { "an option too long",          { "serve", "--portx", "1" },          "unknown option --portx" },
  { "two hyphens alone",           { "serve", "--" },                    "unknown option --" },
  { "an argument too many",        { "serve", "x.lua" },                 "unexpected argument x.lua" },
  { "an option without its value", { "serve", "--port" },                "--port needs a value" },
  { "port 65536",                  { "serve", "--port", "65536" },       '--port: "65536"' },
  { "port -1",                     { "serve", "--port", "-1" },          '--port: "-1"' },
  { "port 80x",                    { "serve", "--port", "80x" },         '--port: "80x"' },
  { "an empty port",               { "serve", "--port=" },               '--port: ""' },
  { "a ready-fd that is no number", { "serve", "--ready-fd", "out" },    '--ready-fd: "out"' },
  { "seed 0",                      { "serve", "--seed", "0" },           '--seed: "0"' },
  { "a seed beyond 64 bits",       { "serve", "--seed", "18446744073709551616" }, "--seed:" },
  { "a clock that is none",        { "serve", "--clock", "yesterday" },  'clock "yesterday"' },
  { "a clock at no time",          { "serve", "--clock", "manual@2026-13-01T00:00:00Z" },
    'clock "manual@2026-13-01T00:00:00Z"' },
  { "a clock that stands still",   { "serve", "--clock", "scaled:0" },   'clock "scaled:0"' },
  { "a reading that there is not", { "serve", "--reading", "mood=good" }, 'no reading "mood"' },
  { "an alternative that there is not", { "serve", "--reading", "completing=seen" },
    '"seen" is not one of shown, skipped' },
  { "a reading without a value",   { "serve", "--reading", "completing" }, "must be NAME=VALUE" },
  { "a reading with an empty one", { "serve", "--reading", "completing=" }, '"" is not one of shown, skipped' },
  { "a wrong reading behind a right one", { "serve", "--reading", "completing=skipped", "--reading", "mood=good" },
    'no reading "mood"' },
  { "a reading again and again",   { "serve", table.unpack(repeated("--reading=completing=skipped", 120)) },
    "--reading: stands there too often" },
  { "a clock that is scaled by half", { "serve", "--clock", "scaled:1.5" }, 'clock "scaled:1.5"' },
  { "a clock that is scaled to no time", { "serve", "--clock", "scaled:60@" }, 'clock "scaled:60@"' },
  { "a real clock with a time",    { "serve", "--clock", "real@2026-01-01T00:00:00Z" }, 'clock "real@' },
  { "an argument to readings",     { "readings", "all" },                "unexpected argument all" },
  { "a manual page that there is not", { "manual", "serve" },            'there is no page "serve"' },
  { "two manual pages",            { "manual", "jobgate", "policy" },    "unexpected argument policy" },
  { "completions for no shell",    { "completions" },                    "needs the name of a shell" },
  { "completions for an unknown shell", { "completions", "csh" },        'no completions for "csh"' },
  { "completions for two shells",  { "completions", "zsh", "bash" },     "unexpected argument bash" },
  { "a host with a port",          { "serve", "--host", "cos.test:80" },
    '--host: host "cos.test:80": a name has letters' },
  { "a host with a scheme",        { "serve", "--host=https://cos.test" }, 'host "https://cos.test"' },
  { "a host with a star",          { "serve", "--host", "*.cos.test" },  'host "*.cos.test"' },
  { "a host in brackets",          { "serve", "--host", "[::1]" },       'host "[::1]"' },
  { "a host beside an empty one",  { "serve", "--host", "a,,b" },        'host ""' },
  { "a wrong host behind a right one", { "serve", "--host", "a", "--host", "b c" }, 'host "b c"' },
  { "a host again and again",      { "serve", table.unpack(repeated("--host=" .. ("x"):rep(100), 11)) },
    "--host: stands there too often" },
  { "a host too long",             { "serve", "--host", ("x"):rep(1030) },
    "--host: the host names are longer than" },
  { "a prefix without a slash",    { "serve", "--prefix", "cos" },
    '--prefix: prefix "cos": must be of the form' },
  { "a prefix with a dot in front", { "serve", "--prefix=/.." },         'prefix "/.."' },
  { "a prefix of four parts",      { "serve", "--prefix", "/a/b/c/d" },  'prefix "/a/b/c/d"' },
  { "a prefix too long",           { "serve", "--prefix", "/" .. ("x"):rep(64) }, "at most 64 bytes" },
  { "the control API's path as prefix", { "serve", "--prefix", "/_jobgate" }, 'prefix "/_jobgate"' },
  { "credentials without a value", { "serve", "--credentials" },         "--credentials needs a value" },
  { "tls-self-signed with a value", { "serve", "--tls-self-signed=yes" },
    "--tls-self-signed takes no value" },
  { "tls-self-signed with a word behind it", { "serve", "--tls-self-signed", "yes" },
    "unexpected argument yes" },
  { "a certificate without its key", { "serve", "--tls-cert", "c.pem" },
    "--tls-cert needs the certificate's key: --tls-key" },
  { "a key without its certificate", { "serve", "--tls-key", "k.pem" },
    "--tls-key needs the key's certificate: --tls-cert" },
  { "two kinds of certificates",
    { "serve", "--tls-self-signed", "--tls-cert", "c.pem", "--tls-key", "k.pem" },
    "--tls-self-signed makes a certificate: leave out --tls-cert and --tls-key" },
  { "a key and a self-signed certificate", { "serve", "--tls-key", "k.pem", "--tls-self-signed" },
    "--tls-self-signed makes a certificate" },
  { "a journal of 4095 bytes",     { "serve", "--journal-bytes", "4095" }, '--journal-bytes: "4095"' },
}

local unable = {
  { "an address that is no IP address", { "--address", "double.example" },
    'address "double.example" is not an IP address' },
  { "an address that is not here",      { "--address", "192.0.2.1" },
    "cannot listen on 192.0.2.1 port 0" },
  { "no such policy",                   { "--policy", "/none/p.lua" }, "/none/p.lua: cannot be opened" },
  { "a folder as policy",               { "--policy", "policies/../policies" }, "is not a regular file" },
  { "no such jobs file",                { "--jobs", "/none/j.lua" },  "/none/j.lua: cannot be opened" },
  { "no such credentials",              { "--credentials", "/none/c.lua" }, "/none/c.lua: cannot be opened" },
  { "jobs for credentials",             { "--credentials", "examples/jobs.lua" },
    'examples/jobs.lua: entry 1: unknown field "' },
  { "no such certificate",              { "--tls-cert", "/none/c.pem", "--tls-key", "/none/k.pem" },
    "/none/c.pem: cannot be read: No such file" },
  { "a certificate that is none",       { "--tls-cert", "README.md", "--tls-key", "/none/k.pem" },
    "/none/k.pem: cannot be read" },
  { "a text for both",                  { "--tls-cert", "README.md", "--tls-key", "README.md" },
    "README.md: not a certificate in PEM form" },
  { "a ready-fd that is not open",      { "--ready-fd", "99" },
    "the ready line could not be written to descriptor 99" },
}

-- Each message ends with these words behind the file's name.
local policies = {
  { "an unknown status", 'return {\n  { from = "New", to = "Ready", become = "Ready" },\n'
    .. '  { from = "Suspnded", to = "Ready", become = "Ready" },\n}', ":3: rule 2: from: 'Suspnded'" },
  { "an unknown key",    'return { { form = "New" } }',  ":1: rule 1: unknown key 'form'" },
  { "a syntax error",    "return {\n{",                  ":2: unexpected symbol near <eof>" },
  { "a misspelt error",  "return { { refuse = errors.JobFinishd } }", "JobFinishd" },
}

describe("jobgate", function()
  it("--version says its version and ends with 0", function()
    local result = process.run { "--version" }
    assert.same({ 0, "" }, { result.code, result.err })
    assert.match("^jobgate %d+%.%d+%.%d+\n$", result.out)
  end)

  for _, arguments in ipairs { { "--help" }, { "-h" }, { "serve", "--help" } } do
    it(table.concat(arguments, " ") .. " lists every option and ends with 0", function()
      local result = process.run(arguments)
      assert.same({ 0, "" }, { result.code, result.err })
      local listed = {}
      for option in result.out:gmatch "\n  %-%-([%w-]+ ?[%u=]*)" do
        listed[#listed + 1] = option:gsub(" $", "")
      end
      assert.same(options, listed)
    end)
  end

  it("alone shows the help on stderr and ends with 2", function()
    local result = process.run {}
    assert.same({ 2, "" }, { result.code, result.out })
    assert.equal(process.run({ "--help" }).out, result.err)
  end)
end)

describe("jobgate ends with 2 and names the word, given", function()
  for _, row in ipairs(wrong) do
    it(row[1], function() assert_failed(2, row[3], process.run(row[2])) end)
  end
end)

describe("jobgate serve ends with 3 and says why, given", function()
  for _, row in ipairs(unable) do
    it(row[1], function()
      assert_failed(3, row[3], process.run { "serve", "--port", "0", table.unpack(row[2]) })
    end)
  end

  for _, row in ipairs(policies) do
    it("a policy with " .. row[1], function()
      local policy <close> = tempfile(row[2])
      local result = process.run { "serve", "--port", "0", "--policy", policy.path }
      assert_failed(3, policy.path, result)
      assert_failed(3, row[3], result)
    end)
  end

  it("a jobs file with a bad entry", function()
    local jobs <close> = tempfile 'return { {}, { status = "Runing" } }'
    local result = process.run { "serve", "--port", "0", "--jobs", jobs.path }
    assert_failed(3, jobs.path .. ': entry 2: status "Runing"', result)
  end)

  it("credentials with a bad entry", function()
    local keys <close> = tempfile "return {\n  { secret_id = 'a', secret_key = 'sEcReT', expires = 0 },\n}"
    local result = process.run { "serve", "--port", "0", "--credentials", keys.path }
    assert_failed(3, keys.path .. ": entry 1: expires must be", result)
    assert.is_nil(result.err:find "sEcReT")
  end)

  it("a port that is taken", function()
    local program <close> = assert(process.start())
    local port = program.url:match "%d+$"
    assert_failed(3, "Address already in use", process.run { "serve", "--port", port })
    local connection <close> = http.connect(program.url)
    connection:send "GET /_jobgate/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    assert.equal(200, connection:receive("GET").status)
  end)

  it("a stdout that takes nothing", function()
    local program, why = process.start({ "--ready-fd", "1" }, ">/dev/full")
    assert.is_nil(program)
    assert.match("the ready line could not be written", why)
  end)
end)

describe("jobgate readings", function()
  it("lists each with its alternatives, the default first, rows and sources", function()
    local result = process.run { "readings" }
    assert.same({ 0, "" }, { result.code, result.err })
    local host <close> = assert(jobgate.open())
    local wanted = {}
    for i, reading in ipairs(host:control("GET", "readings").readings) do
      assert.equal(reading.alternatives[1], reading.value)
      wanted[i] = ("%s = %s\n    %s\n    rows: %s\n    stands in: %s\n"):format(reading.name,
        table.concat(reading.alternatives, " | "), reading.meaning, reading.rows, reading.source)
    end
    assert.is_true(#wanted > 20)
    assert.equal(table.concat(wanted), result.out)
  end)

  it("ends with 3 and says why when stdout takes nothing", function()
    assert_failed(3, "the readings could not be written", process.run({ "readings" }, ">/dev/full"))
  end)
end)
