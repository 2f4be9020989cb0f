-- The groups of lua/jobgate/: the table of src/README.md against what the files
-- require.

local checkout = require "support.checkout"

--- The groups, in their order: { name, names = { ["escape"] = true }, uses = { texts = true } }.
local function read_groups()
  local body = checkout.read "src/README.md":match "\n| group |[^\n]*\n|[ |-]+\n(.-)\n\n"
  local groups = {}
  for name, files, uses in (body .. "\n"):gmatch "| (%a+) | (.-) | .- | (.-) |\n" do
    local group = { name = name, names = {}, uses = { [name] = true } }
    for file in files:gmatch "`([%w_]+)`" do
      group.names[file] = true
    end
    for word in uses:gmatch "%a+" do
      group.uses[word] = true
    end
    groups[#groups + 1] = group
  end
  return groups
end

local groups = read_groups()

--- The group of a module: by the longest name that it is, or begins with.
local function group_of(module)
  local place = module:gsub("^jobgate%.", ""):gsub("%..*$", "")
  place = place == "jobgate" and "init" or place
  while place do
    for _, group in ipairs(groups) do
      if group.names[place] then
        return group
      end
    end
    place = place:match "^(.*)_[^_]*$"
  end
end

local function module_of(path)
  return (path:gsub("^lua/", ""):gsub("%.lua$", ""):gsub("/", "."):gsub("%.init$", ""))
end

describe("the map of lua/", function()
  it("has six groups, and a file for each name", function()
    assert.equal(6, #groups)
    for _, group in ipairs(groups) do
      for name in pairs(group.names) do
        assert.is_true(select(2, checkout.run(("ls -d lua/jobgate/%s lua/jobgate/%s[._]* 2>/dev/null "
          .. "| grep -q ."):format(name, name))), name)
      end
    end
  end)

  for path in checkout.run "find lua -name '*.lua' | sort":gmatch "[^\n]+" do
    it("allows what " .. path .. " requires", function()
      local group = assert(group_of(module_of(path)), path .. " is in no group")
      local wrong = {}
      for module in checkout.read(path):gmatch 'require%s*%(?%s*"(jobgate[%w_.]*)"%s*[^%s.]' do
        local other = module ~= "jobgate.core" and assert(group_of(module), module)
        if other and not group.uses[other.name] then
          wrong[#wrong + 1] = ("%s must not use %s (%s)"):format(group.name, other.name, module)
        end
      end
      assert.same({}, wrong)
    end)
  end
end)
