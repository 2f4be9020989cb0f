--- A folder for the time of some work.

local escape = require "jobgate.escape"
local textfile = require "jobgate.textfile"

---@class jobgate.Folder
---@field path string
local Folder = {}
Folder.__index = Folder

--- It is removed, with all that is in it.
function Folder:__close()
  os.execute("rm -rf " .. escape.shell(self.path))
end

--- Write a file of it, below folders that are made; its path.
---@param name string
---@param text string
---@return string|nil, string|nil
function Folder:write(name, text)
  local path = self.path .. "/" .. name
  os.execute("mkdir -p " .. escape.shell(path:match "^(.*)/"))
  local fine, why = textfile.write(text, path)
  return fine and path, why
end

--- The paths of its files whose names end so, sorted.
---@param ending string
---@return string[]
function Folder:files(ending)
  local list <close> = assert(io.popen("ls " .. escape.shell(self.path)))
  local paths = {}
  for name in list:lines() do
    if name:sub(-#ending) == ending then
      paths[#paths + 1] = self.path .. "/" .. name
    end
  end
  return paths
end

--- Make one; nil and why.
---@return jobgate.Folder|nil, string|nil
local function new()
  local pipe <close> = assert(io.popen
    '{ cd "${TMPDIR:-/tmp}" && mktemp -d "$PWD/jobgate-XXXXXX"; } 2>&1')
  local path = pipe:read "l" or "mktemp: no folder can be made"
  if path:sub(1, 1) ~= "/" then
    return nil, path
  end
  return setmetatable({ path = path }, Folder)
end

return { new = new }
