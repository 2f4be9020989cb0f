-- HTTPS: the certificate made for the occasion and one of one's own, what clients
-- may speak, and what harms nobody on the port.

local curl = require "support.curl"
local hostile = require "support.hostile"
local jobgate = require "jobgate"

local APPID = "x-cos-appid: 1250000000"
local JSON = "Content-Type: application/json"
local NO_TRUST = 60 -- of curl's exit codes

--- A host that serves HTTPS, with the Suspended jobs j1 and `works`; its url.
local function open(options)
  options = options or { tls_self_signed = true }
  options.jobs = { j1 = { status = "Suspended" }, works = { status = "Suspended" } }
  local host = assert(jobgate.open(options))
  return host, assert(host:listen())
end

--- Ask a host with curl, trusting its certificate: what support.curl gives.
local function ask(host, arguments, body)
  return curl.run({ "--cacert", host:certificate(), "-H", APPID, table.unpack(arguments) }, body)
end

local function exists(path)
  local file = io.open(path)
  return file ~= nil and file:close()
end

--- The statuses of curl's answers; it itself was content.
local function statuses(result)
  local list = {}
  assert.same({ 0, "" }, { result.code, result.err })
  for i, response in ipairs(result) do
    list[i] = response.status
  end
  return list
end

--- It still serves.
local function assert_works(host, url)
  assert.same({ 200 }, statuses(ask(host, { url .. "/jobs/works" })))
end

describe("a self-signed certificate", function()
  it("lets a client in that trusts it, by each name that it has", function()
    local host <close>, url = open { tls_self_signed = true, hosts = { "cos.test", "jobs.cos.test" } }
    local port = url:match "^https://127%.0%.0%.1:(%d+)$"
    for _, name in ipairs { "127.0.0.1", "localhost", "cos.test", "jobs.cos.test" } do
      assert.same({ 200 }, statuses(ask(host, { ("https://%s:%s/jobs/j1"):format(name, port),
        "--resolve", ("%s:%s:127.0.0.1"):format(name, port) })), name)
    end
    local other = ask(host, { "https://other.test:" .. port .. "/jobs/j1",
      "--resolve", ("other.test:%s:127.0.0.1"):format(port) })
    assert.equal(NO_TRUST, other.code, other.err)
  end)

  it("is good for an address among the names", function()
    local host <close>, url = open { tls_self_signed = true, hosts = { "127.0.0.2" } }
    local port = url:match "%d+$"
    for address, code in pairs { ["127.0.0.2"] = 0, ["127.0.0.3"] = NO_TRUST } do
      local result = ask(host, { ("https://%s:%s/jobs/j1"):format(address, port),
        "--connect-to", ("::127.0.0.1:%s"):format(port) })
      assert.equal(code, result.code, result.err)
    end
  end)

  it("is not trusted without its file, nor with that of another host", function()
    local host <close>, url = open()
    local other <close> = open()
    local bare = curl.run { url .. "/jobs" }
    assert.same({ NO_TRUST, 0 }, { bare.code, #bare })
    assert.equal(NO_TRUST, ask(other, { url .. "/jobs" }).code)
    assert.equal(0, #host:journal())
  end)

  it("is the same for as long as the host lives, however often it listens", function()
    local host <close>, url = open()
    local path = host:certificate()
    host:unlisten()
    assert.equal(path, host:certificate())
    assert.is_true(exists(path))
    url = assert(host:listen { port = tonumber(url:match "%d+$") })
    assert_works(host, url)
  end)

  it("is there before the host listens, and gone with the host", function()
    local host = assert(jobgate.open { tls_self_signed = true })
    local path = host:certificate()
    assert.is_true(exists(path))
    host:close()
    assert.is_false(exists(path))
    assert.error_matches(function() host:certificate() end, "this host is closed")
  end)

  it("stays when listening fails, and goes with the host", function()
    local one <close>, url = open()
    local path
    do
      local other <close> = assert(jobgate.open { tls_self_signed = true })
      local _, why = other:listen { port = tonumber(url:match "%d+$") }
      assert.match("Address already in use", why)
      path = other:certificate()
    end
    assert.is_false(exists(path))
    assert_works(one, url)
  end)

  it("is none where plain HTTP is spoken", function()
    local host <close> = assert(jobgate.open())
    assert.is_nil(host:certificate())
    assert.match("^http://", assert(host:listen()))
    assert.is_nil(host:certificate())
  end)
end)

describe("a certificate of one's own", function()
  local folder

  --- A file of the folder that holds the pairs.
  local function path(name)
    return folder .. "/" .. name
  end

  --- A self-signed pair NAME.crt and NAME.key.
  local function make_pair(name, kind)
    return ([[openssl req -x509 -newkey %s -nodes -days 2 -subj /CN=%s \
      -addext subjectAltName=IP:127.0.0.1 -keyout %s.key -out %s.crt]]):format(kind, name, name, name)
  end

  setup(function()
    folder = os.tmpname()
    -- A chain: the leaf, then the one between, below a root that is not sent.
    local commands = {
      "set -e", ("rm %s; mkdir %s; cd %s"):format(folder, folder, folder), "exec 2>log",
      make_pair("rsa", "rsa:2048"), make_pair("ec", "ec -pkeyopt ec_paramgen_curve:P-256"),
      make_pair("root", "ec -pkeyopt ec_paramgen_curve:P-256"),
      [[
        issue() { # name, issuer, extension
          openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=$1 \
            -keyout $1.key -out $1.csr
          echo "$3" >$1.ext
          openssl x509 -req -in $1.csr -CA $2.crt -CAkey $2.key -CAcreateserial -days 2 \
            -extfile $1.ext -out $1.crt
        }
        issue between root basicConstraints=critical,CA:TRUE
        issue leaf between subjectAltName=IP:127.0.0.1
        cat leaf.crt between.crt >chain.crt
        printf 'no PEM' >text.pem
        : >empty.pem
        openssl ec -in ec.key -aes128 -passout pass:secret -out locked.key
        head -c 300 ec.crt >cut.crt]],
    }
    assert(os.execute(table.concat(commands, "\n")), "openssl could not make what these specs need")
  end)

  teardown(function()
    os.execute("rm -r " .. folder)
  end)

  -- Title; certificate, key, what the client trusts.
  local good = {
    { "may have an RSA key",                    "rsa.crt", "rsa.key", "rsa.crt" },
    { "may have a key on a curve",              "ec.crt", "ec.key", "ec.crt" },
    { "may be followed by its chain",           "chain.crt", "leaf.key", "root.crt" },
  }
  for _, row in ipairs(good) do
    it(row[1], function()
      local host <close>, url = open { tls_cert = path(row[2]), tls_key = path(row[3]) }
      assert.equal(path(row[2]), host:certificate())
      assert.same({ 200 }, statuses(curl.run { "--cacert", path(row[4]), "-H", APPID, url .. "/jobs/j1" }))
      assert.equal(NO_TRUST, curl.run({ url .. "/jobs/j1" }).code)
    end)
  end

  it("needs its chain where the client trusts the root alone", function()
    local host <close>, url = open { tls_cert = path "leaf.crt", tls_key = path "leaf.key" }
    assert.equal(NO_TRUST, curl.run({ "--cacert", path "root.crt", url .. "/jobs/j1" }).code)
    assert.is_true(exists(host:certificate()))
  end)

  it("is read once and left where it lies", function()
    assert(os.execute(("cd %s && cp ec.crt own.crt && cp ec.key own.key"):format(folder)))
    local host <close>, url = open { tls_cert = path "own.crt", tls_key = path "own.key" }
    assert(os.remove(path "own.key"))
    host:unlisten()
    url = assert(host:listen { port = tonumber(url:match "%d+$") })
    assert_works(host, url)
    host:close()
    assert.is_true(exists(path "own.crt"))
  end)

  local ONE = "a certificate and its key go together: one of the two is not given"
  local BOTH = "a certificate of one's own or a self-signed one, not both"

  -- Title; options, whose paths are below the folder; what is said, where %s is
  -- the folder.
  local bad = {
    { "without its key",         { tls_cert = "ec.crt" },                        ONE },
    { "a key alone",             { tls_key = "ec.key" },                         ONE },
    { "and a self-signed one",   { tls_cert = "ec.crt", tls_key = "ec.key", tls_self_signed = true }, BOTH },
    { "a key and a self-signed one", { tls_key = "ec.key", tls_self_signed = true }, BOTH },
    { "that is not there",       { tls_cert = "none.crt", tls_key = "ec.key" },
      "%s/none.crt: cannot be read: No such" },
    { "whose key is not there",  { tls_cert = "ec.crt", tls_key = "none.key" },
      "%s/none.key: cannot be read: No such" },
    { "that is a folder",        { tls_cert = ".", tls_key = "ec.key" },         "%s/.: " },
    { "that is no PEM",          { tls_cert = "text.pem", tls_key = "ec.key" },
      "%s/text.pem: not a certificate in PEM form" },
    { "that is empty",           { tls_cert = "empty.pem", tls_key = "ec.key" }, "%s/empty.pem: " },
    { "that is cut short",       { tls_cert = "cut.crt", tls_key = "ec.key" },
      "%s/cut.crt: not a certificate in PEM" },
    { "that is a key",           { tls_cert = "ec.key", tls_key = "ec.key" },
      "%s/ec.key: not a certificate in PEM form" },
    { "whose key is none",       { tls_cert = "ec.crt", tls_key = "ec.crt" },
      "%s/ec.crt: not a private key in PEM form" },
    { "whose key is locked",     { tls_cert = "ec.crt", tls_key = "locked.key" },
      "%s/locked.key: not a private key" },
    { "with another's key",      { tls_cert = "ec.crt", tls_key = "root.key" },
      "%s/ec.crt and %s/root.key do not belong together" },
    { "with a key of another kind", { tls_cert = "ec.crt", tls_key = "rsa.key" },
      "%s/ec.crt and %s/rsa.key do not belong together" },
    { "whose chain comes first", { tls_cert = "between.crt", tls_key = "leaf.key" },
      "do not belong together" },
  }
  for _, row in ipairs(bad) do
    it("is refused: " .. row[1], function()
      local options = {}
      for name, value in pairs(row[2]) do
        options[name] = type(value) == "string" and path(value) or value
      end
      local host, why = jobgate.open(options)
      assert.is_nil(host)
      assert.is_truthy(why:find((row[3]:gsub("%%s", folder)), 1, true), why)
    end)
  end
end)

-- ---- the wire under it ------------------------------------------------------

--- A ClientHello of that version, with ciphers and curves that every server knows.
local function hello(version)
  local function sized(form, text)
    return string.pack(form, #text) .. text
  end
  local function extension(number, text)
    return string.pack(">I2", number) .. sized(">I2", text)
  end
  local extensions = extension(10, sized(">I2", "\0\x17\0\x1d")) -- P-256, X25519
    .. extension(11, "\1\0") .. extension(13, sized(">I2", "\4\3\4\1\2\3\2\1"))
  local body = version .. ("r"):rep(32) .. "\0"
    .. sized(">I2", "\xc0\x2b\xc0\x2f\xc0\x09\xc0\x13\xc0\x0a\xc0\x14\0\x2f\0\x35")
    .. "\1\0" .. sized(">I2", extensions)
  return "\x16\3\1" .. sized(">I2", "\1" .. sized(">I3", body))
end

describe("TLS", function()
  for _, arguments in ipairs { { "--tls-max", "1.2" }, { "--tlsv1.3" } } do
    it("takes " .. table.concat(arguments, " "), function()
      local host <close>, url = open()
      assert.same({ 200 }, statuses(ask(host, { url .. "/jobs/j1", table.unpack(arguments) })))
    end)
  end

  it("takes a hand-made greeting of version 1.2", function()
    local host <close>, url = open()
    local client = hostile.connect(url)
    client:send(hello "\3\3")
    assert.same("\x16\3\3", client:receive(3), "a handshake record")
    client:close()
    assert_works(host, url)
  end)

  for name, version in pairs { ["SSL 3"] = "\3\0", ["1.0"] = "\3\1", ["1.1"] = "\3\2" } do
    it("refuses " .. name, function()
      local host <close>, url = open()
      -- libmicrohttpd sends no alert: it closes.
      local came = assert(hostile.talk(url, hello(version)))
      assert.is_nil(came:find "^\x16", "a handshake record")
      assert_works(host, url)
    end)
  end

  -- What a client sends, and whether it then says that this was all. What comes
  -- back is no HTTP.
  local greeting = hello "\3\3"
  local noise = {
    { "plain HTTP",                   "GET /jobs HTTP/1.1\r\nHost: a\r\n\r\n" },
    { "plain HTTP without an end",    "GET /jobs" , true },
    { "nothing",                      "", true },
    { "one byte",                     "\x16", true },
    { "garbage",                      ("\x80\xff\0\x16"):rep(500) },
    { "a record of no kind",          "\x63\3\3\0\5hello" },
    { "a record that is too long",    "\x16\3\1\xff\xff" .. ("x"):rep(20000) },
    { "a record of data at once",     "\x17\3\3\0\5hello" },
    { "an alert at once",             "\x15\3\3\0\2\2\0" },
    { "half a greeting",              greeting:sub(1, #greeting // 2), true },
    { "a greeting and an end",        greeting, true },
    { "a greeting and garbage",       greeting .. ("\xff"):rep(1000) },
    { "a greeting that is all zeros", "\x16\3\1\0\4\1\0\0\0" },
  }
  it("is closed, and nobody harmed, by noise in place of a handshake", function()
    local host <close>, url = open()
    local clients = {}
    for i, row in ipairs(noise) do
      clients[i] = hostile.connect(url)
      clients[i]:send(row[2])
      if row[3] then
        clients[i]:shutdown "send"
      end
    end
    assert_works(host, url)
    for i, row in ipairs(noise) do
      local all, why, part = clients[i]:receive "*a"
      clients[i]:close()
      assert.not_equal("timeout", why, row[1])
      assert.is_nil((all or part):find("HTTP/", 1, true), row[1])
    end
    assert_works(host, url)
    assert.equal(2, #host:journal())
  end)

  it("serves on while 200 clients hang in the handshake or cut it", function()
    local host <close>, url = open()
    local clients = {}
    for i = 1, 200 do
      clients[i] = hostile.connect(url)
      clients[i]:send(({ "", "\x16", greeting:sub(1, 50), greeting })[i % 4 + 1])
    end
    assert_works(host, url)
    for i, client in ipairs(clients) do
      if i % 2 == 0 then
        client:setoption("linger", { on = true, timeout = 0 }) -- a reset
      end
      client:close()
    end
    assert_works(host, url)
  end)
end)

-- ---- the API over it --------------------------------------------------------

describe("over HTTPS", function()
  it("several requests share a connection", function()
    local host <close>, url = open()
    local result = ask(host, {
      "-v", url .. "/jobs/j1", url .. "/jobs/none", url .. "/jobs/j1/status", url .. "/jobs/works" })
    local list = {}
    for i, response in ipairs(result) do
      list[i] = response.status
    end
    assert.same({ 200, 404, 405, 200 }, list)
    local _, handshakes = result.err:gsub("\n%* SSL connection using", "")
    assert.equal(1, handshakes, result.err)
  end)

  it("answers are those of the other door", function()
    local host <close>, url = open { tls_self_signed = true, clock = "manual@2026-01-01T00:00:00Z" }
    for _, target in ipairs { "/jobs/j1", "/jobs?jobStatuses=Suspended", "/_jobgate/jobs" } do
      local over = ask(host, { url .. target })[1]
      assert.equal(host:request { method = "GET", target = target,
        headers = { ["x-cos-appid"] = "1250000000" } }.body, over.body)
    end
  end)

  it("HEAD is answered without a body", function()
    local host <close>, url = open()
    local result = ask(host, { "-I", url .. "/jobs/none", url .. "/jobs" })
    assert.same({ 405, 405 }, statuses(result))
    assert.is_truthy(tonumber(result[1]:header "Content-Length") > 0)
  end)

  for _, framing in ipairs { "Content-Length", "chunked" } do
    local words = framing == "chunked" and { "-H", "Transfer-Encoding: chunked" } or {}

    it("CreateJob takes 60 KiB: " .. framing, function()
      local host <close>, url = open()
      local file <close> = assert(io.open "examples/create_job.xml")
      local xml = file:read "a"
      xml = xml:gsub("</CreateJobRequest>", (" "):rep((60 << 10) - #xml) .. "%0")
      assert.equal(60 << 10, #xml)
      local result = ask(host, { url .. "/jobs", "--data-binary", "@body", table.unpack(words) }, xml)
      assert.same({ 200 }, statuses(result))
      assert.equal("example job", host:job(result[1]:find "JobId").description)
    end)

    it("the control API takes 1 MiB: " .. framing, function()
      local host <close>, url = open()
      local jobs = {}
      for i = 1, 4096 do
        jobs[i] = ('{"id": "job-%04d", "description": "%s"}'):format(i, ("d"):rep(218))
      end
      local body = "[" .. table.concat(jobs, ",") .. "]"
      assert.is_true(#body >= 1 << 20)
      assert.same({ 201 }, statuses(ask(host,
        { url .. "/_jobgate/jobs", "-H", JSON, "--data-binary", "@body", table.unpack(words) }, body)))
      assert.equal(4098, #host:jobs())
      local shown = ask(host, { url .. "/_jobgate/jobs" })
      assert.same({ 200 }, statuses(shown))
      assert.equal(4098, select(2, shown[1].body:gsub('"id":', "")))
    end)
  end

  it("what is too much is refused", function()
    local host <close>, url = open()
    local rows = {
      { 413, url .. "/jobs", "-H", "Content-Length: 8388609", "-d", "x" },
      { 414, url .. "/jobs?" .. ("x"):rep(4100) },
      { 414, url .. "/jobs?" .. ("x"):rep(20000) },
      { 431, url .. "/jobs", "-H", "X: " .. ("x"):rep(20000) },
      { 400, url .. "/jobs", table.unpack((function()
        local list = {}
        for i = 1, 140, 2 do
          list[i], list[i + 1] = "-H", "X: a"
        end
        return list
      end)()) },
    }
    for _, row in ipairs(rows) do
      local result = ask(host, { table.unpack(row, 2) })
      assert.equal(row[1], result[1] and result[1].status, result.err)
      assert.equal("close", result[1]:header "Connection")
    end
    assert_works(host, url)
  end)

  -- The last of them leave libmicrohttpd no memory for the head of an answer.
  it("every head around the limit of 8192 bytes is answered", function()
    local host <close>, url = open()
    local seen = { [404] = 0, [431] = 0 }
    for first = 6900, 8300, 140 do
      local words = {}
      for length = first, first + 139, 14 do
        for _, word in ipairs { #words > 0 and "--next" or "-q", "-sS", "-i", "--noproxy", "*", "--cacert",
          host:certificate(), "-H", "X: " .. ("a"):rep(length), url .. "/none" } do
          words[#words + 1] = word
        end
      end
      for _, status in ipairs(statuses(curl.run(words))) do
        seen[status] = seen[status] + 1
      end
    end
    assert.equal(110, seen[404] + seen[431])
    assert.is_true(seen[404] > 1 and seen[431] > 1)
    assert_works(host, url)
  end)

  it("the control API is served too, and knows a configured name", function()
    local host <close>, url = open { tls_self_signed = true, hosts = { "cos.test" } }
    local port = url:match "%d+$"
    assert.same({ 200 }, statuses(ask(host, { ("https://cos.test:%s/_jobgate/health"):format(port),
      "--resolve", ("cos.test:%s:127.0.0.1"):format(port) })))
    assert.same({ 403 }, statuses(ask(host, { url .. "/_jobgate/health", "-H", "Host: other.test" })))
  end)
end)
