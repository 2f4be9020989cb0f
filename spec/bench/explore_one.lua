-- One run of a tool over policies, as a process of its own, for explore.lua:
-- what it looked at, on one line.
--
-- usage: explore_one.lua check|diff POLICY...

local tool, results = arg[1], {}
local result = assert(require("jobgate.command." .. tool).run({ table.unpack(arg, 2) }, {}))

for _, policy in ipairs(result.policies or { result }) do
  results[#results + 1] = ("%d %d %d"):format(policy.states, policy.paths, policy.decisions or 0)
end
print(table.concat(results, " "))
