-- Files that choose readings: serve --readings, jobgate.open { readings = PATH }.

local jobgate = require "jobgate"
local process = require "support.process"
local replay = require "jobgate.replay"
local tempfile = require "support.tempfile"

local CHOSEN = 'return { finished_job = "no_such_job", describe_job = "table" }'

describe("a readings file", function()
  it("chooses what it names, the rest is as ever", function()
    local file <close> = tempfile(CHOSEN)
    local host <close> = assert(jobgate.open { readings = file.path })
    local readings = host:readings()
    assert.same({ "no_such_job", "table", "off" },
      { readings.finished_job, readings.describe_job, readings.scheduler })
  end)

  it("may choose nothing", function()
    local file <close> = tempfile "return {}"
    local host <close> = assert(jobgate.open { readings = file.path })
    assert.equal("invalid_request", host:readings().finished_job)
  end)

  for what, case in pairs {
    ["an unknown name"] = { 'return { mood = "good" }', 'there is no reading "mood"' },
    ["an unknown value"] = { 'return { finished_job = "x" }', 'reading finished_job: "x" is not one of' },
    ["a value that is no text"] = { "return { finished_job = 404 }", "finished_job must be a text" },
    ["a list"] = { 'return { "finished_job" }', 'must return { NAME = "VALUE" }' },
    ["no table"] = { "return 1", "returns a number" },
    ["a mistake"] = { "return {\n{", ":2: unexpected symbol" },
  } do
    it("is refused with " .. what, function()
      local file <close> = tempfile(case[1])
      local host, why = jobgate.open { readings = file.path }
      assert.is_nil(host)
      assert.match(file.path, why, 1, true)
      assert.match(case[2], why, 1, true)
    end)
  end

  it("is taken by serve, and --reading comes over it", function()
    local file <close> = tempfile(CHOSEN)
    local program <close> = assert(process.start { "--readings", file.path, "--reading", "describe_job=template",
      "--reading=scheduler=one_slot" })
    local result = process.run { "conform", "--target", program.url, "--only", "E03", "--format", "json" }
    local shown = {}
    for _, reading in ipairs(process.json(result.out).readings) do
      shown[reading.name] = reading.shown
    end
    assert.same({ 1, "no_such_job", "template" }, { result.code, shown.finished_job, shown.describe_job })
  end)

  it("is in the journal that is written, to be decided again", function()
    local file <close> = tempfile(CHOSEN)
    local journal <close> = tempfile ""
    local host <close> = assert(jobgate.open { readings = file.path, journal = journal.path,
      jobs = { j1 = { status = "Complete" } } })
    assert.equal(404, host:update("j1", "Ready").status)
    host:close()
    local result = assert(replay(journal.path))
    assert.same({ 1, 1 }, { result.entries, result.same })
  end)
end)
