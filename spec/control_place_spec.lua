-- Where the control API lives: with the API, at an address or a Unix socket of its
-- own, or nowhere; and the token that its callers show.

local curl = require "support.curl"
local http = require "support.http"
local jobgate = require "jobgate"
local process = require "support.process"
local tempfile = require "support.tempfile"

local TOKEN = "a-token-of-twenty-six-bytes"

--- A path in the folder for such, that nothing lies at.
local function free_path()
  local path = os.tmpname()
  os.remove(path)
  return path
end

local function exists(path)
  local file = io.open(path)
  if file then
    file:close()
  end
  return os.execute(("test -e '%s'"):format(path)) == true
end

--- GET a target at a base URL, or through a Unix socket.
local function get(base, target, ...)
  local words = { ... }
  local path = base:match "^unix:(.*)"
  if path then
    words[#words + 1], words[#words + 2] = "--unix-socket", path
    base = "http://localhost"
  end
  words[#words + 1] = base .. target
  return curl.run(words)[1]
end

--- The base of a control URL: "http://127.0.0.1:9000/_jobgate" without its path.
local function base_of(control)
  return (control:gsub("/_jobgate$", ""))
end

local function open(options)
  options.jobs = { j1 = { status = "Suspended" } }
  local host = assert(jobgate.open(options))
  return host, assert(host:listen())
end

describe("the control API at an address of its own", function()
  it("is served there, and the API is not", function()
    local host <close>, url = open { control = "127.0.0.1:0" }
    local control = host:control_url()
    assert.match("^http://127%.0%.0%.1:%d+/_jobgate$", control)
    assert.not_equal(url, base_of(control))
    assert.equal(200, get(base_of(control), "/_jobgate/health").status)
    local other = get(base_of(control), "/jobs", "-H", "x-cos-appid: 1250000000")
    assert.same({ 404, "NoSuchRoute" }, { other.status, other:json().error.code })
    local lost = get(url, "/_jobgate/health")
    assert.same({ 404, "InvalidURI" }, { lost.status, lost:find "/Error/Code" })
    assert.equal(200, get(url, "/jobs", "-H", "x-cos-appid: 1250000000").status)
  end)

  it("refuses in JSON what it cannot read, and keeps it out of the journal", function()
    local host <close> = open { control = "127.0.0.1:0" }
    local connection <close> = http.connect(base_of(host:control_url()))
    connection:send "GET /_jobgate/health HTTP/1.1\r\n\r\n"
    local answer = connection:receive "GET"
    assert.same({ 400, "application/json", "InvalidRequest" },
      { answer.status, answer:header "Content-Type", answer:json().error.code })
    assert.same({}, host:journal())
  end)

  it("takes its bodies there", function()
    local host <close> = open { control = "[::1]:0" }
    local answer = curl.run({ "-g", "-H", "Content-Type: application/json", "-d", "@body",
      host:control_url() .. "/jobs" }, '{"id": "j2"}')[1]
    assert.equal(201, answer.status)
    assert.equal("j2", host:job("j2").id)
  end)

  it("speaks TLS where the API does", function()
    local host <close> = open { control = "127.0.0.1:0", tls_self_signed = true }
    assert.match("^https://", host:control_url())
    assert.equal(200, get(base_of(host:control_url()), "/_jobgate/health", "--cacert",
      host:certificate()).status)
  end)

  it("answers to the address that it is bound to, and to no other name", function()
    local host <close> = open { control = "127.0.0.2:0" }
    local base = base_of(host:control_url())
    assert.equal(200, get(base, "/_jobgate/health").status)
    assert.equal(403, get(base, "/_jobgate/health", "-H", "Host: evil.example").status)
    assert.equal(403, get(base, "/_jobgate/health", "-H", "Origin: http://127.0.0.2").status)
  end)

  it("ends with the host's serving", function()
    local host <close> = open { control = "127.0.0.1:0" }
    local base = base_of(host:control_url())
    host:unlisten()
    assert.is_nil(host:control_url())
    assert.equal(7, curl.run({ base .. "/_jobgate/health" }).code)
    assert(host:listen())
    assert.equal(200, get(base_of(host:control_url()), "/_jobgate/health").status)
  end)
end)

describe("the control API at a Unix socket", function()
  it("is served there, for this user only, and is removed at the end", function()
    local path = free_path()
    local host <close> = open { control = "unix:" .. path }
    assert.equal("unix:" .. path, host:control_url())
    assert.equal(200, get(host:control_url(), "/_jobgate/health").status)
    local pipe <close> = assert(io.popen("stat -c %a " .. path))
    assert.equal("600", pipe:read "l")
    host:unlisten()
    assert.is_false(exists(path))
  end)

  it("takes the place of one that a dead process left", function()
    local path = free_path()
    assert(os.execute(("lua5.4 -e 'local s = require \"socket.unix\"() s:bind(\"%s\")'"):format(path)))
    assert.is_true(exists(path))
    local host <close> = open { control = "unix:" .. path }
    assert.equal(200, get(host:control_url(), "/_jobgate/health").status)
  end)

  it("does not start where another listens, or where another file lies", function()
    local path = free_path()
    local first <close> = open { control = "unix:" .. path }
    local second <close> = assert(jobgate.open { control = "unix:" .. path })
    assert.same({ nil, "somebody listens on " .. path .. " already" }, { second:listen() })
    assert.equal(200, get(first:control_url(), "/_jobgate/health").status)
    local file <close> = tempfile "precious"
    local third <close> = assert(jobgate.open { control = "unix:" .. file.path })
    local url, why = third:listen()
    assert.is_nil(url)
    assert.equal(file.path .. " is there already, and is no socket", why)
    assert.is_true(exists(file.path))
  end)

  it("speaks no TLS, though the API does", function()
    local path = free_path()
    local _ <close> = open { control = "unix:" .. path, tls_self_signed = true }
    assert.equal(200, get("unix:" .. path, "/_jobgate/health").status)
  end)
end)

describe("the control API that is off", function()
  it("is served nowhere, and is there in process", function()
    local host <close>, url = open { control = "off" }
    assert.is_nil(host:control_url())
    assert.equal(404, get(url, "/_jobgate/health").status)
    assert.equal("ok", host:control("GET", "health").status)
  end)

  it("is null in the ready line", function()
    local program <close> = assert(process.start { "--control", "off" })
    assert.is_nil(program.control)
    assert.match('"control": null', program.line, 1, true)
  end)
end)

describe("the token of the control API", function()
  local function with_token(token, options)
    local file <close> = tempfile(token)
    options.control_token_file = file.path
    return open(options)
  end

  it("must be shown by all who come over a socket", function()
    local host <close>, url = with_token(TOKEN .. "\n", {})
    for _, row in ipairs {
      { 200, "Bearer " .. TOKEN }, { 200, "bearer " .. TOKEN },
      { 401, "Bearer " .. TOKEN .. "x" }, { 401, "Bearer " .. TOKEN:sub(1, -2) }, { 401, "Bearer" },
      { 401, TOKEN }, { 401, "Basic " .. TOKEN }, { 401, "Bearer  " .. TOKEN },
    } do
      local answer = get(url, "/_jobgate/health", "-H", "Authorization: " .. row[2])
      assert.equal(row[1], answer.status, row[2])
    end
    local answer = get(url, "/_jobgate/health")
    assert.same({ 401, 'Bearer realm="jobgate"', "TokenRefused" },
      { answer.status, answer:header "WWW-Authenticate", answer:json().error.code })
    assert.is_nil(answer.body:find(TOKEN, 1, true))
    assert.equal("ok", host:control("GET", "health").status)
  end)

  it("is asked for before anything happens", function()
    local host <close>, url = with_token(TOKEN, {})
    local answer = curl.run({ "-X", "DELETE", url .. "/_jobgate/jobs" })[1]
    assert.equal(401, answer.status)
    assert.equal(1, #host:jobs())
    assert.equal(401, curl.run({ url .. "/_space/new/_jobgate/health" })[1].status)
    assert.equal(1, #host:spaces())
  end)

  it("that went astray is not in the journal", function()
    local host <close>, url = with_token(TOKEN, {})
    get(url, "/jobs", "-H", "Authorization: Bearer " .. TOKEN)
    local headers = table.concat(host:journal()[1].request.headers, "\n")
    assert.match("Authorization: Bearer (not shown)", headers, 1, true)
    assert.is_nil(headers:find(TOKEN, 1, true))
  end)

  it("is read of a file with one line of 16 to 1024 characters", function()
    local rule = "must be one line of 16 to 1024 visible characters without blanks"
    for _, text in ipairs { "", "short", ("x"):rep(1025), "two words in it here", TOKEN .. "\nmore",
      TOKEN .. "\0" } do
      local file <close> = tempfile(text)
      assert.same({ nil, file.path .. ": " .. rule },
        { jobgate.open { control_token_file = file.path } })
    end
    local _, why = jobgate.open { control_token_file = "/nowhere/token" }
    assert.equal("/nowhere/token: cannot be read: No such file or directory", why)
    assert.match("it is no regular file", (select(2, jobgate.open { control_token_file = "/dev/null" })))
  end)
end)

describe("the control API that others can reach", function()
  it("demands a token: without one nothing starts", function()
    local result = process.run { "serve", "--control", "0.0.0.0:0" }
    assert.equal(2, result.code)
    assert.match("--control 0.0.0.0:0 can be reached from elsewhere: give a token "
      .. "(--control-token-file), loopback or a Unix socket", result.err, 1, true)
    local host, why = jobgate.open { control = "[::]:0" }
    assert.is_nil(host)
    assert.match("control [::]:0 can be reached from elsewhere", why, 1, true)
  end)

  it("is served with one, at a place of its own and with the API", function()
    local file <close> = tempfile(TOKEN)
    local program <close> = assert(process.start { "--address", "0.0.0.0", "--control", "0.0.0.0:0",
      "--control-token-file", file.path })
    local base = base_of(program.control):gsub("0%.0%.0%.0", "127.0.0.1")
    assert.equal(401, get(base, "/_jobgate/health").status)
    assert.equal(200, get(base, "/_jobgate/health", "-H", "Authorization: Bearer " .. TOKEN).status)
    local other <close> = assert(process.start { "--address", "0.0.0.0", "--control-token-file", file.path })
    assert.is_string(other.control)
    local url = other.url:gsub("0%.0%.0%.0", "127.0.0.1")
    assert.equal(401, get(url, "/_jobgate/health").status)
    assert.equal(200, get(url, "/_jobgate/health", "-H", "Authorization: Bearer " .. TOKEN).status)
  end)

  it("is not served with the API alone", function()
    local program <close> = assert(process.start { "--address", "0.0.0.0" })
    assert.is_nil(program.control)
  end)
end)

describe("a place that is none", function()
  for _, place in ipairs { "", "9000", "localhost", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
    "127.0.0.1:-1", "double.example:80", "unix:", "unix:/" .. ("x"):rep(120), "ON" } do
    it(("is refused: '%s'"):format(place:sub(1, 20)), function()
      local result = process.run { "serve", "--control", place }
      assert.equal(2, result.code)
      assert.match("^jobgate: %-%-control: ", result.err)
      assert.is_nil((jobgate.open { control = place }))
    end)
  end
end)
