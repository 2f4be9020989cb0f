-- lua/jobgate/meta/policy.lua tells editors what is there, and nothing else; so
-- does .luacheckrc tell luacheck.

local checkout = require "support.checkout"
local manual = require "support.manual"
local policies = require "support.policies"

local text = checkout.read "lua/jobgate/meta/policy.lua"

--- The fields that the file gives a class, in the order of their names.
local function fields(class)
  local names = {}
  local head = "%-%-%-@class [^\n]*" .. class:gsub("%.", "%%.")
  local block = assert(text:match(head .. "\n(.-)\n[^-]"), "no class " .. class)
  for name in block:gmatch "%-%-%-@field ([%w_]+)" do
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end

describe("the types of a policy", function()
  it("have the manual's keys of a rule, and its fields", function()
    assert.same(manual.first_column "The keys of a rule", fields "jobgate.policy.Rule")
    assert.same(manual.first_column "job", fields "jobgate.policy.Job")
    assert.same(manual.first_column "request", fields "jobgate.policy.Request")
  end)

  it("have every row of the catalogue, by id and by name", function()
    local names = {}
    for _, row in ipairs(require("jobgate.conformance.catalogue").rows) do
      names[#names + 1] = row.id
      names[#names + 1] = row.name
    end
    table.sort(names)
    assert.same(names, fields "jobgate.policy.Errors")
  end)

  it("have the thirteen statuses, and the operations that rules are about", function()
    local function alternatives(alias)
      local names = {}
      for name in text:match("\n%-%-%-@alias " .. alias .. "(\n.-)\n\n"):gmatch '\n%-%-%-| "(%a+)"' do
        names[#names + 1] = name
      end
      return names
    end
    assert.same(policies.statuses, alternatives "jobgate%.Status")
    assert.same(policies.operations, alternatives "jobgate%.policy%.Operation")
  end)

  it("have every reading, with its alternatives", function()
    local told, there = {}, {}
    for name, alternatives in text:match("@class jobgate.policy.Readings\n(.-)\nreadings")
      :gmatch "%-%-%-@field ([%w_]+) (%S+)" do
      told[#told + 1] = name .. " " .. alternatives:gsub('"', "")
    end
    for i, reading in ipairs(policies.readings()) do
      there[i] = reading.name .. " " .. table.concat(reading.alternatives, "|")
    end
    assert.same(there, told)
  end)

  it("have the words of jobs", function()
    local names = {}
    for name in text:gmatch "\nfunction jobs%.(%w+)" do
      names[#names + 1] = "jobs." .. name
    end
    table.sort(names)
    local there = {}
    for name in manual.words():gmatch "jobs%.%w+" do
      there[#there + 1] = name
    end
    assert.same(there, names)
  end)

  it("are Lua", function()
    assert(load(text, "=meta", "t", {}))
  end)
end)

describe(".luacheckrc", function()
  it("lets a policy ask for the readings that there are, and for no others", function()
    local told, there = {}, {}
    for name in checkout.read ".luacheckrc":match "for name in %(%[%[(.-)%]%]%)":gmatch "%S+" do
      told[#told + 1] = name
    end
    for i, reading in ipairs(policies.readings()) do
      there[i] = reading.name
    end
    assert.same(there, told)
  end)
end)
