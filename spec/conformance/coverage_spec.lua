-- Nothing is left out: each documented row of UpdateJobStatus, each cell of the
-- table of 2.2 and each default of section 7 that concerns it has a scenario.

local catalogue = require "support.catalogue"
local jobgate = require "jobgate"
local lfs = require "lfs"
local scenarios = require "support.scenarios"

local all = scenarios.load()

--- How often each row is named.
local function counts()
  local found = {}
  for _, scenario in ipairs(all) do
    for _, row in ipairs(scenario.rows) do
      found[row] = (found[row] or 0) + 1
    end
  end
  return found
end

--- Rows of the operation "Any" that need a body, which UpdateJobStatus has not:
--- what comes as one is dropped unread (D18).
local NEED_A_BODY = { E10 = true, E17 = true }

--- The documented rows of this operation, as the catalogue says them.
local function documented()
  local needed = { "C01", "C02" }
  for _, row in ipairs(catalogue.rows) do
    local concerns = row.operations == "Any" or row.operations:find "UpdateJobStatus"
    if row.id:find "^E" and concerns and not NEED_A_BODY[row.id] then
      needed[#needed + 1] = row.id
    end
  end
  return needed
end

--- The defaults of section 7 that the double keeps, from and to. D61 is about
--- UpdateJobPriority: see below.
local DEFAULTS = {
  { 10, 15 }, { 17, 18 }, { 20, 42 }, { 50, 56 }, { 60, 60 }, { 62, 71 }, { 74, 77 },
  { 81, 81 }, { 100, 107 },
}

local STATUSES = {
  "Active", "Cancelled", "Cancelling", "Complete", "Completing", "Failed", "Failing",
  "New", "Paused", "Pausing", "Preparing", "Ready", "Suspended",
}

describe("the conformance suite has a scenario for", function()
  local found = counts()

  for _, row in ipairs(documented()) do
    it("the documented row " .. row, function()
      assert.is_truthy(found[row])
    end)
  end

  for _, range in ipairs(DEFAULTS) do
    for number = range[1], range[2] do
      it("the default D" .. number, function()
        assert.is_truthy(found["D" .. number])
      end)
    end
  end

  it("each of the 26 cells of the table of 2.2, once", function()
    local ids = {}
    for _, scenario in ipairs(all) do
      ids[scenario.id] = true
    end
    for _, from in ipairs(STATUSES) do
      for _, to in ipairs { "Ready", "Cancelled" } do
        assert.is_true(ids[("2.2-%s-%s"):format(from, to)], from .. " " .. to)
      end
    end
    assert.equal(26, found["2.2"])
  end)
end)

describe("the conformance suite", function()
  it("knows the documented rows that the issue lists", function()
    local listed = "C01 C02 E03 E05 E09 E11 E14 E15 E16 E22 E23 E24 E39 E40 E41 E42 E43"
    assert.equal(listed, table.concat(documented(), " "))
  end)

  it("expects the code and the HTTP status that the catalogue has", function()
    for _, scenario in ipairs(all) do
      for _, step in ipairs(scenario.steps) do
        local expect = step.expect
        if expect and expect.row then
          local row = catalogue.row(expect.row)
          assert.same({ row.http, row.code }, { expect.status, expect.code }, scenario.id)
        end
      end
    end
  end)

  it("leaves D61 out as long as UpdateJobPriority is not served", function()
    local host <close> = assert(jobgate.open { jobs = { j1 = { status = "Complete" } } })
    assert.refused("D11", host:request {
      method = "POST", target = "/jobs/j1/priority?priority=1",
      headers = { ["x-cos-appid"] = "1250000000" },
    })
  end)

  it("leaves E10 and E17 out because an empty or malformed body is no error here", function()
    for _, body in ipairs { "", "<", "<a></b>" } do
      local host <close> = assert(jobgate.open { jobs = { j1 = { status = "Suspended" } } })
      assert.accepted("Ready", host:request {
        method = "POST", target = "/jobs/j1/status?requestedJobStatus=Ready", body = body,
        headers = { ["x-cos-appid"] = "1250000000", ["Content-Type"] = "application/xml" },
      })
    end
  end)

  it("reads every file in its folder", function()
    local listed = {}
    for _, file in ipairs(scenarios.files) do
      listed[file .. ".lua"] = true
    end
    for name in lfs.dir(scenarios.folder) do
      assert.is_truthy(listed[name] or name:find "^%.", name)
    end
  end)

  it("is plain data, without functions", function()
    local function plain(value)
      assert.is_not.equal("function", type(value))
      if type(value) == "table" then
        assert.is_nil(getmetatable(value))
        for key, inner in pairs(value) do
          plain(key)
          plain(inner)
        end
      end
    end
    for _, file in ipairs(scenarios.files) do
      plain(dofile(scenarios.folder .. file .. ".lua"))
    end
  end)
end)
