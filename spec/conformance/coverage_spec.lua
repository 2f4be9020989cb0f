-- Nothing is left out: each documented row, each cell of the table of 2.2, each
-- default of section 7 and each alternative of a reading has a scenario.

local catalogue = require "jobgate.conformance.catalogue"
local lfs = require "lfs"
local scenarios = require "jobgate.conformance.scenarios"

local FOLDER = "lua/jobgate/conformance/scenarios/"

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

--- The rows that a scenario which names them expects in the journal, through
--- both doors.
local function answered()
  local found = {}
  for _, scenario in ipairs(all) do
    local named = {}
    for _, row in ipairs(scenario.rows) do
      named[row] = #scenario.doors == 2
    end
    for _, step in ipairs(scenario.steps) do
      local row = step.expect and step.expect.row
      found[row or ""] = found[row or ""] or named[row]
    end
  end
  return found
end

--- The alternatives that scenarios choose, as "name = value".
local function chosen()
  local found = {}
  for _, scenario in ipairs(all) do
    for name, value in pairs(scenario.arrange.readings or {}) do
      found[name .. " = " .. value] = true
    end
  end
  return found
end

--- What comes before a batch error and has something that brings it about.
local GENERAL = {
  "G01", "G02", "G03", "G04", "G05", "G06", "G07", "G08", "G10", "G11", "G14", "G17", "G20", "C19",
}

--- The defaults of section 7 that the double keeps, from and to. Of 7.7 D109 is
--- a client's.
local DEFAULTS = { { 10, 47 }, { 50, 57 }, { 60, 81 }, { 85, 96 }, { 100, 108 }, { 115, 123 } }

local STATUSES = {
  "Active", "Cancelled", "Cancelling", "Complete", "Completing", "Failed", "Failing",
  "New", "Paused", "Pausing", "Preparing", "Ready", "Suspended",
}

describe("the conformance suite has a scenario for", function()
  local found, rows, readings = counts(), answered(), chosen()

  for number = 1, 43 do
    local row = ("E%02d"):format(number)
    it("the documented row " .. row .. ", through both doors", function()
      assert.is_true(rows[row])
    end)
  end

  for _, row in ipairs(GENERAL) do
    it("the general row " .. row, function()
      assert.is_true(rows[row])
    end)
  end

  for _, reading in ipairs(catalogue.readings) do
    for _, value in ipairs(reading.alternatives) do
      local choice = reading.name .. " = " .. value
      it("the reading " .. choice, function()
        assert.is_true(readings[choice])
      end)
    end
    it("the rows of the reading " .. reading.name, function()
      for row in reading.rows:gmatch "%w[%w.]*" do
        assert.is_truthy(found[row], row)
      end
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
  it("knows as many documented rows as the catalogue has", function()
    local count = 0
    for _, row in ipairs(catalogue.rows) do
      count = count + (row.id:find "^E" and 1 or 0)
    end
    assert.equal(43, count)
  end)

  it("expects the code and the HTTP status that the catalogue has", function()
    for _, scenario in ipairs(all) do
      for _, step in ipairs(scenario.steps) do
        local expect = step.expect
        -- Readings change some: then it is the answer alone that tells.
        if expect and expect.row and not scenario.arrange.readings then
          local row = catalogue.row(expect.row)
          assert.same({ row.http, row.code }, { expect.status, expect.code }, scenario.id)
        end
      end
    end
  end)

  it("depends on readings that there are", function()
    local known = {}
    for _, reading in ipairs(catalogue.readings) do
      known[reading.name] = true
    end
    for _, scenario in ipairs(all) do
      for name in pairs(scenario.depends) do
        assert.is_true(known[name], scenario.id .. ": " .. name)
      end
    end
  end)

  it("reads every file in its folder", function()
    local listed = {}
    for _, file in ipairs(scenarios.files) do
      listed[file .. ".lua"] = true
    end
    for name in lfs.dir(FOLDER) do
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
      plain(dofile(FOLDER .. file .. ".lua"))
    end
  end)
end)
