--- The program as a process: started by the shell, read through a pipe, ended by
--- its pid. `timeout` ends what should have ended by itself, so that a hang is
--- exit code 124 and not a spec that never ends.

local escape = require "jobgate.escape"
local jobgate = require "jobgate"
local socket = require "socket"

local LIMIT = 30 -- seconds

local build = os.getenv "JOBGATE_BUILD" or "build"

---@class support.Process
---@field url string
---@field control string|nil nil when it says null
---@field pid integer
---@field line string the ready line
---@field private pipe file*
---@field private errors string path of what it writes to stderr
local Process = {}
Process.__index = Process

local quote = escape.shell

local function words(arguments)
  local list = {}
  for i, argument in ipairs(arguments) do
    list[i] = quote(argument)
  end
  return table.concat(list, " ")
end

local function read_file(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

--- The JSON value that stands in a text.
local function json(text)
  return jobgate.response({ status = 0, headers = {}, body = text }):json()
end

--- Run the program to its end.
---@param arguments string[]
---@param redirections string|nil of the shell
---@return { code: integer, out: string, err: string }
local function run(arguments, redirections)
  local errors = os.tmpname()
  local pipe = assert(io.popen(("timeout %d %s/jobgate %s 2>%s %s; printf '\\n%%d' $?"):format(
    LIMIT, quote(build), words(arguments), quote(errors), redirections or "")))
  local out, code = pipe:read("a"):match "^(.*)\n(%d+)$"
  pipe:close()
  local err = read_file(errors)
  os.remove(errors)
  return { code = tonumber(code), out = out, err = err }
end

--- Start `jobgate serve --port 0` and wait for its ready line. nil and what it
--- wrote to stderr when it ends instead.
---@param arguments string[]|nil more arguments of serve
---@param redirections string|nil of the shell; the ready line must reach stdout
---@return support.Process|nil, string|nil
local function start(arguments, redirections)
  local errors = os.tmpname()
  local pipe = assert(io.popen(
    ("timeout %d %s/jobgate serve --port 0 %s 2>%s %s; printf '\\n%%d' $?"):format(
      LIMIT, quote(build), words(arguments or {}), quote(errors), redirections or "")))
  local line = pipe:read "l"
  local self = setmetatable({ pipe = pipe, errors = errors }, Process)
  if not line:find "^{" then
    pipe:close()
    local err = read_file(errors)
    os.remove(errors)
    return nil, err
  end
  local ready = json(line)
  self.line, self.url, self.pid = line, ready.url, math.tointeger(ready.pid)
  self.control = type(ready.control) == "string" and ready.control or nil
  return self
end

--- What it has written to stderr by now.
---@return string
function Process:log()
  return read_file(self.errors)
end

--- Has it written this to stderr? Looks again and again, for LIMIT seconds.
---@param text string
---@return boolean
function Process:has_logged(text)
  local ends = socket.gettime() + LIMIT
  repeat
    if self:log():find(text, 1, true) then
      return true
    end
    socket.select(nil, nil, 0.01)
  until socket.gettime() > ends
  return false
end

--- Send it a signal.
---@param name string "TERM"
function Process:signal(name)
  assert(os.execute(("kill -%s %d"):format(name, self.pid)))
end

--- Wait until it has ended: the exit code, and what it wrote to stdout behind
--- the ready line.
---@return integer code, string rest
function Process:wait()
  local rest, code = self.pipe:read("a"):match "^(.*)\n(%d+)$"
  self.pipe:close()
  self.ended = true
  return tonumber(code), rest
end

--- End it, if it has not ended, and forget its files.
function Process:close()
  if not self.ended then
    self:signal "TERM"
    self:wait()
  end
  os.remove(self.errors)
end
Process.__close = Process.close

return { run = run, start = start, json = json, quote = quote }
