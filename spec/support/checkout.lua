--- Running what a manual shows: its fenced blocks, a folder that looks like the
--- checkout to run them in, and the program that they talk to.

local BUILD = os.getenv "JOBGATE_BUILD" or "build"

local function read(path)
  local file <close> = assert(io.open(path))
  return file:read "a"
end

---@class support.Block
---@field language string
---@field text string
---@field line integer where it begins
---@field section string the heading above it
---@field file string|nil the name in its first line's comment: "-- mine/night.lua"

--- The fenced blocks of a Markdown text, in their order.
---@param text string
---@return support.Block[]
local function blocks(text)
  local list, block, section, number = {}, nil, "", 0
  for line in text:gmatch "([^\n]*)\n" do
    number = number + 1
    local language = line:match "^```(%w*)$"
    if block and language == "" then
      block.text = table.concat(block, "\n") .. "\n"
      block.file = block.text:match "^%-%- ([%w_./]+)\n" or block.text:match "^/%* ([%w_./]+) %*/\n"
      list[#list + 1], block = block, nil
    elseif block then
      block[#block + 1] = line
    elseif language then
      block = { language = language, line = number, section = section }
    else
      section = line:match "^#+ (.*)$" or section
    end
  end
  assert(not block, "a block is not closed")
  return list
end

--- Does `text` contain what a manual shows? "…" there stands for anything.
---@param text string
---@param shown string
---@return boolean
local function shows(text, shown)
  local pattern = shown:gsub("%p", "%%%0"):gsub("…", ".-"):gsub("%s+$", "")
  return text:find(pattern) ~= nil
end

--- A command's output, and true when it succeeded.
---@param command string
---@return string, boolean|nil
local function run(command)
  local pipe <close> = assert(io.popen(command))
  local output = pipe:read "a"
  return output, (pipe:close())
end

--- curl without its progress. With a build that has sanitizers, what loads the
--- library or the module must have them too.
local function prologue()
  local quiet = 'curl() { command curl -sS "$@"; }\n'
  if not read(BUILD .. "/CMakeCache.txt"):find("JOBGATE_SANITIZE:BOOL=ON", 1, true) then
    return quiet
  end
  return quiet .. [[
    export ASAN_OPTIONS=detect_leaks=0
    runtime=$(cc -print-file-name=libasan.so):$(cc -print-file-name=libubsan.so)
    busted() { LD_PRELOAD=$runtime command busted "$@"; }
    lua5.4() { LD_PRELOAD=$runtime command lua5.4 "$@"; }
    cc() { command cc -fsanitize=address,undefined "$@"; }
  ]]
end

---@class support.Folder
---@field path string
local Folder = {}
Folder.__index = Folder

--- A folder with everything of the checkout in it, and the build as `build`.
---@return support.Folder
local function folder()
  local path = os.tmpname()
  assert(select(2, run(([[
    set -e; rm %s; mkdir -p %s/mine
    for name in .busted dev examples lua policies spec src; do ln -s "$PWD/$name" %s/$name; done
    ln -s "$(realpath %s)" %s/build]]):format(path, path, path, BUILD, path))))
  return setmetatable({ path = path }, Folder)
end

function Folder:__close()
  run("rm -r " .. self.path)
end

--- Write the file that a block is.
---@param block support.Block
function Folder:write(block)
  local file <close> = assert(io.open(self.path .. "/" .. block.file, "w"))
  file:write(block.text)
end

--- Run shell text in the folder: its output, errors included, and true when all
--- of it succeeded.
---@param text string
---@return string, boolean|nil
function Folder:sh(text)
  local script = os.tmpname()
  do
    local file <close> = assert(io.open(script, "w"))
    file:write(prologue(), text)
  end
  local output, fine = run(("cd %s && bash -euo pipefail %s 2>&1"):format(self.path, script))
  os.remove(script)
  return output, fine
end

---@class support.Program
---@field url string
---@field ready string the ready line
local Program = {}
Program.__index = Program

--- Start a command that serves, e.g. "build/jobgate serve --port 0", and wait
--- for its ready line.
---@param command string
---@return support.Program
function Folder:serve(command)
  local pipe = assert(io.popen(("cd %s && exec %s 2>/dev/null"):format(self.path, command)))
  local ready = assert(pipe:read "l", "no ready line came from " .. command)
  return setmetatable({
    pipe = pipe, ready = ready, url = ready:match '"url": "([^"]+)"',
    pid = ready:match '"pid": (%d+)',
  }, Program)
end

--- End it with SIGTERM: its exit code.
---@return integer
function Program:stop()
  run("kill -TERM " .. self.pid)
  local _, how, code = self.pipe:close()
  self.pipe = nil
  assert(how == "exit", "it was ended by a signal")
  return code
end

function Program:__close()
  if self.pipe then
    self:stop()
  end
end

return { read = read, blocks = blocks, shows = shows, folder = folder, run = run, build = BUILD }
