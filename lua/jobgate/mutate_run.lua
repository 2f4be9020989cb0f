--- A command is run once for each mutant, so many at a time. The mutants reach it by
--- JOBGATE_POLICY_OVERLAY (src/policy/overlay.h): no file of the user's is touched, and
--- each process that the command starts sees the same.
---
--- Uses sh, xargs and timeout, as each Linux has them.

local core = require "jobgate.core"
local escape = require "jobgate.escape"
local policy_use = require "jobgate.policy_use"
local textfile = require "jobgate.textfile"

local M = {}

local SLOWER, LEAST = 10, 10 -- how much longer than without a mutant; seconds at least
local TAIL = 2000 -- bytes of what the command has said

local function words_of(command)
  local words = {}
  for i, word in ipairs(command) do
    words[i] = escape.shell(word)
  end
  return table.concat(words, " ")
end

--- The script that runs the command for a folder and says what came of it. What is
--- ended from outside ends the command as well.
local function script(command, timeout)
  return ([[
folder=$1
JOBGATE_POLICY_OVERLAY=$folder timeout -k 2 %d %s >"$folder/out" 2>&1 </dev/null &
child=$!
trap 'kill "$child"; exit 1' INT TERM HUP
wait "$child"
echo "${folder##*/} $?"
]]):format(timeout, words_of(command))
end

--- An overlay that changes nothing, in a folder.
local function write_overlay(folder, name, from, to)
  local path = assert(folder:write(name .. "/from", from))
  assert(folder:write(name .. "/to", to))
  return path:match "^(.*)/"
end

--- Run the command without a mutant: the texts of policies that it has opened, and how
--- many seconds it took. nil and why.
---@param folder jobgate.Folder
---@param command string[]
---@param timeout integer|nil
---@return table<string, boolean>|nil, integer|string
function M.without(folder, command, timeout)
  local uses = setmetatable({ path = folder.path .. "/use" }, getmetatable(folder))
  local overlay = write_overlay(folder, "none", "none", "none")
  assert(folder:write("use/.keep", ""))
  local path = assert(folder:write("without.sh", script(command, timeout or 86400)))
  local began = os.time()
  local code, why = core.run({ "sh", "-c", 'exec sh "$1" "$2" >"$2/code"', "sh", path, overlay },
    { JOBGATE_POLICY_COVERAGE = uses.path })
  if not code then
    return nil, why
  end
  local took = os.time() - began
  local said = assert(textfile.read(overlay .. "/code"))
  local result = math.tointeger(tonumber(said:match " (%d+)\n")) or code
  if result ~= 0 then
    return nil, ("%s: fails without any mutant (exit code %d): %s"):format(command[1], result,
      escape.line(assert(textfile.read(overlay .. "/out")):sub(-TAIL)))
  end
  local texts = {}
  for _, policy in ipairs(policy_use.read(uses)) do
    for _, source in ipairs(policy.sources) do
      texts[source.text] = true
    end
  end
  return texts, took
end

---@class jobgate.MutantRun
---@field from string the text that is read
---@field to string the text that is meant

--- Run the command for each; `done(i, code)` as they end. 124: out of time.
---@param folder jobgate.Folder
---@param command string[]
---@param runs jobgate.MutantRun[]
---@param options { jobs: integer|nil, timeout: integer|nil, took: integer }
---@param done fun(i: integer, code: integer)
---@return true|nil, string|nil
function M.each(folder, command, runs, options, done)
  local timeout = options.timeout or math.max(LEAST, (options.took + 1) * SLOWER)
  local path, list = assert(folder:write("each.sh", script(command, timeout))), {}
  for i, run in ipairs(runs) do
    list[i] = escape.shell(write_overlay(folder, tostring(i), run.from, run.to))
  end
  local list_path = assert(folder:write("list", table.concat(list, "\n") .. "\n"))
  local pipe <close> = assert(io.popen(("xargs -P %s -n 1 sh %s <%s"):format(
    options.jobs or '"$(getconf _NPROCESSORS_ONLN)"', escape.shell(path), escape.shell(list_path))))
  local count = 0
  for line in pipe:lines() do
    local i, code = line:match "^(%d+) (%d+)$"
    count = count + 1
    done(math.tointeger(i), math.tointeger(code))
    os.execute("rm -r " .. escape.shell(folder.path .. "/" .. i))
  end
  if count < #runs then
    return nil, ("%s: was ended after %d of %d mutants"):format(command[1], count, #runs)
  end
  return true
end

return M
