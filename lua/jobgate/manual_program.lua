--- jobgate(1), made of the tables of commands and options.

local describe = require "jobgate.describe"
local mdoc = require "jobgate.mdoc"

local ABOUT = [[
.Sh DESCRIPTION
.Nm
serves the batch\-job API of Tencent Cloud COS for tests: CreateJob,
DescribeJob, ListJobs, UpdateJobPriority, UpdateJobStatus, and the DeleteJob
that clients send.
It keeps the jobs, the clock and a journal of what came.
A policy, written in Lua, decides whether a requested change of status is
accepted, what the job becomes, which error answers, and what happens to jobs
by themselves; see
.Xr jobgate-policy 5 .
Without one the documented policy decides.
.Pp
While it serves, jobs are arranged, faults are injected and the journal is read
through the control API; see
.Xr jobgate-control 7 .
The tools answer questions about a policy without serving it.
.Pp
An option stands as
.Fl Fl name Ar value
or
.Fl Fl name Ns = Ns Ar value ,
its name in full.]]

local EXAMPLES = [[
.Sh EXAMPLES
Serve the documented policy on a free port, on a clock that stands still, and
say where:
.Pp
.Dl jobgate serve \-\-port 0 \-\-clock manual
.Pp
What does a policy do, and does what must hold of any policy hold?
.Pp
.Dl jobgate matrix night.lua
.Dl jobgate check night.lua
.Pp
Complete command lines in this shell:
.Pp
.Dl source <(jobgate completions bash)]]

local function synopsis(commands)
  local lines = { ".Sh SYNOPSIS" }
  for _, command in ipairs(commands) do
    lines[#lines + 1] = ".Nm"
    lines[#lines + 1] = ".Cm " .. command.name
    lines[#lines + 1] = command.usage ~= "" and mdoc.usage(command.usage) or nil
  end
  lines[#lines + 1] = ".Nm\n.Fl Fl help | Fl Fl version"
  return table.concat(lines, "\n")
end

--- A list with an item for each of `list`; `item` gives its head and its text.
local function tagged(list, item)
  local lines = { ".Bl -tag -width Ds" }
  for _, one in ipairs(list) do
    local head, text = item(one)
    lines[#lines + 1] = (".It %s\n%s"):format(head, mdoc.prose(text))
  end
  lines[#lines + 1] = ".El"
  return table.concat(lines, "\n")
end

local function option_item(option)
  return ("Fl Fl %s%s"):format(mdoc.text(option.name),
    option.argument and " Ar " .. mdoc.text(option.argument) or ""), option.help
end

local function sections(commands)
  local lines = { ".Sh COMMANDS" }
  for _, command in ipairs(commands) do
    lines[#lines + 1] = ".Ss " .. command.name
    lines[#lines + 1] = mdoc.prose(command.help:gsub("^%l", string.upper) .. ".")
    lines[#lines + 1] = #command.options > 0 and tagged(command.options, option_item) or nil
  end
  return table.concat(lines, "\n")
end

---@param program jobgate.Program
---@return string
return function(program)
  local commands = describe(program)
  return table.concat({
    mdoc.head("jobgate", 1, "a scriptable test double of the COS batch-job API"),
    synopsis(commands), ABOUT, sections(commands),
    ".Sh EXIT STATUS",
    tagged(program.exits, function(exit) return exit.code, exit.meaning:gsub("\n", " ") end),
    EXAMPLES, mdoc.see_also("jobgate", 1),
  }, "\n") .. "\n"
end
