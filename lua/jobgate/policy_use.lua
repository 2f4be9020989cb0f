--- What processes have left in the folder of JOBGATE_POLICY_COVERAGE (src/policy/
--- usage.h): which policies they had open, and what became of the rules.

local textfile = require "jobgate.textfile"

local M = {}

---@class jobgate.PolicyUse.Rule
---@field file string the name of its source
---@field line integer
---@field name string|nil
---@field when boolean it has a condition
---@field times boolean it is limited
---@field chance boolean
---@field counts table<string, integer> by what became of it: "answered", "when", ...

---@class jobgate.PolicyUse.Policy
---@field sources { name: string, text: string }[] the policy itself first
---@field rules jobgate.PolicyUse.Rule[]
---@field opened integer
---@field closed integer
---@field decisions integer
---@field cut integer of them: more rules were tried than are kept

local function fields(line)
  local list = {}
  for field in (line .. "\t"):gmatch "([^\t]*)\t" do
    list[#list + 1] = field
  end
  return list
end

local function new_rule(words, names)
  local rule = {
    file = words[2], line = math.tointeger(words[3]), name = words[5] ~= "" and words[5] or nil,
    when = words[4]:find "w" ~= nil, times = words[4]:find "t" ~= nil,
    chance = words[4]:find "c" ~= nil, counts = {},
  }
  for _, name in ipairs(names) do
    rule.counts[name] = 0
  end
  return rule
end

--- A file that describes a policy; nil: it was cut short.
local function read_policy(text)
  local policy = { sources = {}, rules = {}, opened = 0, closed = 0, decisions = 0, cut = 0 }
  local at, names = 1, nil
  while true do
    local line, behind = text:match("^([^\n]*)\n()", at)
    if not line then
      return nil
    elseif line == "end" then
      policy.names = names
      return policy
    end
    local words = fields(line)
    at = behind
    if words[1] == "counts" then
      names = table.move(words, 2, #words, 1, {})
    elseif words[1] == "source" then
      local length = math.tointeger(words[3])
      table.insert(policy.sources, { name = words[2], text = text:sub(at, at + length - 1) })
      at = at + length + 1
    else
      table.insert(policy.rules, new_rule(words, names))
    end
  end
end

--- Add the counts of a line to the rules.
local function add(policy, counts)
  local i = 0
  for group in counts:gmatch "%S+" do
    i = i + 1
    local k = 0
    for count in group:gmatch "%d+" do
      k = k + 1
      local name = policy.names[k]
      policy.rules[i].counts[name] = policy.rules[i].counts[name] + math.tointeger(count)
    end
  end
end

local function read_uses(text, policies)
  for line in text:gmatch "([^\n]*)\n" do
    local what, hash, rest = line:match "^(%l+) (%x+)(.*)$"
    local policy = policies[hash]
    if policy and what == "open" then
      policy.opened = policy.opened + 1
    elseif policy then
      local decisions, cut, counts = rest:match "^ (%d+) (%d+)(.*)$"
      policy.closed = policy.closed + 1
      policy.decisions = policy.decisions + math.tointeger(decisions)
      policy.cut = policy.cut + math.tointeger(cut)
      add(policy, counts)
    end
  end
end

--- All that is there, each policy once.
---@param folder jobgate.Folder
---@return jobgate.PolicyUse.Policy[]
function M.read(folder)
  local policies, list = {}, {}
  for _, path in ipairs(folder:files ".policy") do
    local policy = read_policy(assert(textfile.read(path)))
    policies[path:match "(%x+)%.policy$"] = policy
    list[#list + 1] = policy
  end
  for _, path in ipairs(folder:files ".use") do
    read_uses(assert(textfile.read(path)), policies)
  end
  return list
end

return M
