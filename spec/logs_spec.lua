-- Lines for the log: text and JSON, by their level, one for each event.

local curl = require "support.curl"
local process = require "support.process"
local tempfile = require "support.tempfile"

local POLICY = [[return {
  { name = 'a "quoted" name', to = "Ready", refuse = errors.E15 },
  { from = "New", become = function() error "it broke" end },
  { refuse = errors.E14, delay = 0.001 },
}]]

local JOBS = 'return { { id = "j1" }, { id = "j2", status = "Failed" } }'

--- Serve with these arguments, send three requests, end: what it wrote.
local function log_of(...)
  local policy <close>, jobs = tempfile(POLICY), tempfile(JOBS)
  local program = assert(process.start { "--policy", policy.path, "--jobs", jobs.path, ... })
  for _, target in ipairs { "/jobs/j1/status?requestedJobStatus=Ready&x-cos-security-token=hush",
    "/jobs/j1/status?requestedJobStatus=Cancelled", "/jobs/j2/status?requestedJobStatus=Cancelled" } do
    curl.run { "-X", "POST", "-H", "x-cos-appid: 1250000000", program.url .. target }
  end
  program:signal "TERM"
  program:wait()
  local text, lines = program:log(), {}
  for line in text:gmatch "[^\n]+" do
    lines[#lines + 1] = line
  end
  program:close()
  os.remove(jobs.path)
  return lines, text
end

--- The lines that have this in them.
local function with(lines, word)
  local found = {}
  for _, line in ipairs(lines) do
    found[#found + 1] = line:find(word, 1, true) and line
  end
  return found
end

describe("the log as text", function()
  it("says where it serves, what broke, and that it ends", function()
    local lines = log_of()
    assert.equal(3, #lines, table.concat(lines, "\n"))
    assert.match("^jobgate: serving http://127%.0%.0%.1:%d+$", lines[1])
    assert.match("^jobgate: request 2: policy failed: .*it broke", lines[2])
    assert.equal("jobgate: Terminated, ending", lines[3])
  end)

  it("has at level debug a line for each request, without its query", function()
    local lines, text = log_of("--log-level", "debug")
    local requests = with(lines, "jobgate: request sequence=")
    assert.equal(3, #requests, text)
    assert.match('^jobgate: request sequence=1 request_id=%w+ method=POST path=/jobs/j1/status '
      .. 'operation=UpdateJobStatus job=j1 http=400 code=InvalidRequest row=E15 '
      .. 'rule="a \\"quoted\\" name"$', requests[1])
    assert.match("http=500 code=InternalError row=S9", requests[2])
    assert.match("code=InvalidRequest row=E14 fault=delay=0.001$", (requests[3]:gsub('"', "")))
    assert.is_nil(text:find("hush", 1, true))
  end)

  it("has at level error what broke alone, and at level warning no more", function()
    for _, level in ipairs { "error", "warning" } do
      local lines = log_of("--log-level", level)
      assert.equal(1, #lines, table.concat(lines, "\n"))
      assert.match("policy failed", lines[1])
    end
  end)
end)

describe("the log as JSON", function()
  it("has an object on each line, with time, level and message", function()
    local lines = log_of("--log", "json")
    local first, second = process.json(lines[1]), process.json(lines[2])
    assert.match("^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ$", first.time)
    assert.equal("info", first.level)
    assert.match("^serving http://", first.message)
    assert.equal("error", second.level)
    assert.match("it broke", second.message)
    assert.equal("Terminated, ending", process.json(lines[3]).message)
  end)

  it("has the fields of a request at level debug", function()
    local lines = with(log_of("--log", "json", "--log-level", "debug"), '"event":"request"')
    local entry = process.json(lines[1])
    entry.time, entry.request_id = nil, nil
    assert.same({
      level = "debug", event = "request", sequence = 1, method = "POST", path = "/jobs/j1/status",
      operation = "UpdateJobStatus", job = "j1", http = 400, code = "InvalidRequest", row = "E15",
      rule = 'a "quoted" name',
    }, entry)
  end)

  it("is what errors at the start are written in, too", function()
    local result = process.run { "serve", "--policy", "/nowhere.lua", "--log", "json" }
    local entry = process.json(result.err)
    assert.same({ 3, "error" }, { result.code, entry.level })
    assert.match("/nowhere.lua", entry.message)
  end)
end)

describe("an option of the log that is none", function()
  for _, arguments in ipairs { { "--log", "xml" }, { "--log-level", "all" }, { "--log", "" } } do
    it(table.concat(arguments, " ") .. " is refused", function()
      local result = process.run { "serve", table.unpack(arguments) }
      assert.same({ 2, "" }, { result.code, result.out })
      assert.match("^jobgate: " .. arguments[1]:gsub("%-", "%%-") .. ": ", result.err)
    end)
  end
end)
