-- The program where it checks signatures, speaks HTTPS, has other names or stands
-- below a path. (Mistakes on its command line: program_usage_spec.)

local checkout = require "support.checkout"
local curl = require "support.curl"
local http = require "support.http"
local process = require "support.process"
local sign = require "jobgate.sign"
local socket = require "socket"
local tempfile = require "support.tempfile"

local APPID = "x-cos-appid: 1250000000"
local OWNER = { secret_id = "AKIDowner", secret_key = "kEy-Of-OwNeR" }

local function exists(path)
  local file = io.open(path)
  return file ~= nil and file:close()
end

--- The status of what curl is told to ask, trusting `certificate`.
local function status(certificate, ...)
  local result = curl.run { "--cacert", certificate, "-H", APPID, ... }
  return result[1] and result[1].status or result.err
end

--- Ask over HTTP, on a connection of its own.
local function ask(url, request)
  local connection <close> = http.connect((url:gsub("(%d)/.*$", "%1")))
  connection:send(http.bytes(request))
  return connection:receive(request.method)
end

--- A request of the API, signed at this time.
local function signed(target, options)
  local now = os.time()
  local all = { secret_id = OWNER.secret_id, secret_key = OWNER.secret_key,
    time = ("%d;%d"):format(now - 60, now + 600) }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return (sign({ method = "GET", target = target,
    headers = { { "Host", "127.0.0.1" }, { "x-cos-appid", "1250000000" } } }, all))
end

local function plain(target, host)
  return { method = "GET", target = target,
    headers = { { "Host", host or "127.0.0.1" }, { "x-cos-appid", "1250000000" } } }
end

describe("jobgate serve --tls-self-signed", function()
  it("says in its ready line where it is and what to trust", function()
    local program <close> = assert(process.start { "--tls-self-signed" })
    local ready = process.json(program.line)
    assert.match("^https://127%.0%.0%.1:%d+$", ready.url)
    assert.equal(('{"url": "%s", "control": "%s/_jobgate", "certificate": "%s", "pid": %d}'):format(
      ready.url, ready.url, ready.certificate, program.pid), program.line)
    assert.equal(200, status(ready.certificate, ready.control .. "/health"))
    assert.equal(200, status(ready.certificate, ready.url .. "/jobs"))
    assert.match(ready.url, program:log(), 1, true)
  end)

  it("puts names of --host into the certificate", function()
    local program <close> = assert(process.start {
      "--tls-self-signed", "--host", "cos.test", "--host=jobs.test,more.test" })
    local port, certificate = program.url:match "%d+$", process.json(program.line).certificate
    for name, wanted in pairs { ["cos.test"] = 200, ["jobs.test"] = 200, ["more.test"] = 200 } do
      assert.equal(wanted, status(certificate, ("https://%s:%s/_jobgate/health"):format(name, port),
        "--resolve", ("%s:%s:127.0.0.1"):format(name, port)))
    end
    assert.match("no alternative certificate subject name matches",
      status(certificate, ("https://test:%s/jobs"):format(port),
        "--resolve", ("test:%s:127.0.0.1"):format(port)))
  end)

  for _, signal in ipairs { "TERM", "INT" } do
    it("removes its certificate at the signal " .. signal, function()
      local program <close> = assert(process.start { "--tls-self-signed" })
      local path = process.json(program.line).certificate
      assert.is_true(exists(path))
      program:signal(signal)
      assert.same({ 0, "" }, { program:wait() })
      assert.is_false(exists(path))
    end)
  end

  it("keeps its certificate in TMPDIR, and leaves nothing there", function()
    local folder <close> = checkout.folder()
    assert(select(2, folder:sh "mkdir tmp"))
    local command = "env TMPDIR='" .. folder.path .. "/tmp' build/jobgate serve --tls-self-signed --port "
    local program <close> = folder:serve(command .. "0")
    local ready = process.json(program.ready)
    assert.match(folder.path .. "/tmp/jobgate-", ready.certificate, 1, true)
    assert.equal(200, status(ready.certificate, ready.url .. "/jobs"))
    assert.equal(ready.certificate:match "[^/]+$" .. "\n", (folder:sh "ls tmp"))
    for _, rest in ipairs { ready.url:match "%d+$", "0 --jobs /none/j.lua", "0 --ready-fd 99" } do
      assert.equal("code 3\n", (folder:sh(command .. rest .. " 2>/dev/null || echo code $?")))
      assert.equal(ready.certificate:match "[^/]+$" .. "\n", (folder:sh "ls tmp"), rest)
    end
    assert.equal(0, program:stop())
    assert.equal("", (folder:sh "ls tmp"))
  end)

  it("ends with 3 and names the folder that it cannot write to", function()
    local folder <close> = checkout.folder()
    local said = folder:sh "TMPDIR=/none build/jobgate serve --port 0 --tls-self-signed || echo code $?"
    assert.match("^jobgate: /none/jobgate%-[^\n]*%.pem: the certificate cannot be written: "
      .. "No such file or directory\ncode 3\n$", said)
  end)

  it("lets a request in flight be answered after a signal", function()
    local program <close> = assert(process.start { "--tls-self-signed" })
    local out, said = os.tmpname(), os.tmpname()
    local upload = assert(io.popen(([[curl -q -sSv --noproxy '*' --max-time 20 --cacert %s -X POST -T - \
      -H '%s' -H 'Expect: 100-continue' -w '%%{http_code}' -o /dev/null \
      '%s/jobs/none/status?requestedJobStatus=Ready' >%s 2>%s]]):format(
      process.json(program.line).certificate, APPID, program.url, out, said), "w"))
    upload:setvbuf "no"
    upload:write "hel"
    -- Its 100 says that the request has begun.
    for _ = 1, 1000 do
      if checkout.read(said):find("100 Continue", 1, true) then
        break
      end
      socket.select(nil, nil, 0.01)
    end
    program:signal "TERM"
    assert.is_true(program:has_logged "ending")
    upload:write "lo"
    upload:close()
    assert.equal("404", checkout.read(out), checkout.read(said))
    assert.same({ 0, "" }, { program:wait() })
    os.remove(out)
    os.remove(said)
  end)

  it("ends although clients hang in the handshake", function()
    local program <close> = assert(process.start { "--tls-self-signed" })
    local clients = {}
    for i = 1, 20 do
      clients[i] = assert(socket.connect("127.0.0.1", tonumber(program.url:match "%d+$")))
      clients[i]:send(i % 2 == 0 and "\x16\3\1\2\0\1" or "")
    end
    program:signal "TERM"
    assert.same({ 0, "" }, { program:wait() })
    for _, client in ipairs(clients) do
      client:close()
    end
  end)
end)

describe("jobgate serve --tls-cert --tls-key", function()
  it("shows the certificate's path, and leaves both files", function()
    local folder <close> = checkout.folder()
    assert(select(2, folder:sh [[
      openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=a -addext subjectAltName=IP:127.0.0.1 \
        -keyout k.pem -out 'c "1".pem']]))
    local certificate, key = folder.path .. '/c "1".pem', folder.path .. "/k.pem"
    local program <close> = assert(process.start { "--tls-cert", certificate, "--tls-key=" .. key })
    assert.equal(certificate, process.json(program.line).certificate)
    assert.equal(200, status(certificate, program.url .. "/jobs"))
    program:signal "TERM"
    assert.same({ 0, "" }, { program:wait() })
    assert.is_true(exists(certificate) and exists(key))
  end)
end)

describe("jobgate serve without TLS", function()
  it("has no certificate to show", function()
    local program <close> = assert(process.start())
    assert.match('^{"url": "http://[^"]+", "control": "http://[^"]+", "certificate": null, "pid": %d+}$',
      program.line)
  end)

  it("answers the control API under the names of --host", function()
    local program <close> = assert(process.start { "--host", "cos.test", "--host", "Jobs.test" })
    local rows = { ["cos.test"] = 200, ["COS.TEST:80"] = 200, ["jobs.test"] = 200, ["localhost"] = 200,
      ["test"] = 403, ["cos.test.evil.example"] = 403 }
    for name, wanted in pairs(rows) do
      assert.equal(wanted, ask(program.url, plain("/_jobgate/health", name)).status, name)
      assert.equal(200, ask(program.url, plain("/jobs", name)).status, name)
    end
  end)

  it("serves the API below --prefix, the control API there and at the root", function()
    local program <close> = assert(process.start { "--prefix", "/cos/v1/" })
    local root = program.url:match "^(http://127%.0%.0%.1:%d+)/cos/v1$"
    assert.equal(root .. "/_jobgate", program.control)
    local rows = { ["/cos/v1/jobs"] = 200, ["/cos/v1/_jobgate/health"] = 200, ["/_jobgate/health"] = 200,
      ["/jobs"] = 404, ["/cos/jobs"] = 404 }
    for target, wanted in pairs(rows) do
      assert.equal(wanted, ask(root, plain(target)).status, target)
    end
  end)
end)

describe("jobgate serve --credentials", function()
  it("takes signed requests, at the real time, and no others", function()
    local keys <close> = tempfile(('return { { secret_id = "%s", secret_key = "%s" } }'):format(
      OWNER.secret_id, OWNER.secret_key))
    local program <close> = assert(process.start { "--credentials", keys.path })
    assert.equal(200, ask(program.url, signed "/jobs").status)
    assert.equal(403, ask(program.url, plain "/jobs").status)
    assert.equal("SignatureDoesNotMatch",
      ask(program.url, signed("/jobs", { secret_key = "other" })):find "/Error/Code")
    assert.equal(200, ask(program.url, plain "/_jobgate/jobs").status)
    for _, name in ipairs { "credentials", "journal" } do
      local shown = ask(program.url, plain("/_jobgate/" .. name)).body
      assert.match(OWNER.secret_id, shown, 1, true)
      assert.is_nil(shown:find(OWNER.secret_key, 1, true))
    end
    program:signal "TERM"
    program:wait()
    assert.is_nil(program:log():find(OWNER.secret_key, 1, true))
  end)

  it("goes with --clock manual@now", function()
    local keys <close> = tempfile(('return { { secret_id = "%s", secret_key = "%s" } }'):format(
      OWNER.secret_id, OWNER.secret_key))
    local program <close> = assert(process.start { "--credentials", keys.path, "--clock", "manual@now" })
    assert.equal(200, ask(program.url, signed "/jobs").status)
  end)

  it("knows the keys of the example", function()
    local program <close> = assert(process.start { "--credentials", "examples/credentials.lua" })
    assert.equal(200, ask(program.url, signed("/jobs", {
      secret_id = "AKIDexample", secret_key = "example-key" })).status)
    assert.equal(200, ask(program.url, signed("/jobs", {
      secret_id = "AKIDguest", secret_key = "guest-key", token = "guest-token" })).status)
  end)
end)
