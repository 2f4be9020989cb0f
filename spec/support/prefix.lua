--- A folder of one's own, and in it what `cmake --install` puts there.

local checkout = require "support.checkout"

---@class support.Prefix
---@field path string
local Prefix = {}
Prefix.__index = Prefix

--- A new folder, empty.
---@return support.Prefix
local function folder()
  local path = os.tmpname()
  assert(select(2, checkout.run(("rm %s && mkdir %s"):format(path, path))))
  return setmetatable({ path = path }, Prefix)
end

--- Run shell text there: its output, errors included, or an error with it. With
--- an environment of nothing but PATH, so that nothing of the checkout is found.
---@param text string
---@return string
function Prefix:sh(text)
  local script = os.tmpname()
  do
    local file <close> = assert(io.open(script, "w"))
    file:write("cd ", self.path, "\n", text)
  end
  local output, fine = checkout.run(
    ('env -i PATH="$PATH" timeout 120 bash -euo pipefail %s 2>&1'):format(script))
  os.remove(script)
  os.remove(script)
  return assert(fine, output) and output
end

--- Forget it.
function Prefix:close()
  checkout.run("rm -r " .. self.path)
end
Prefix.__close = Prefix.close

--- The checkout, and what was built of it.
local here = checkout.run("pwd"):match "[^\n]+"
local build = checkout.run("realpath " .. checkout.build):match "[^\n]+"

--- Install what was built. It is moved once it is there: nothing may know where
--- it was.
---@return support.Prefix path is the prefix
local function install()
  local prefix = folder()
  prefix:sh(("cmake --install %s --prefix $PWD/before && mv before after"):format(build))
  prefix.top, prefix.path = prefix.path, prefix.path .. "/after"
  prefix.close = function() checkout.run("rm -r " .. prefix.top) end
  return prefix
end

return { folder = folder, install = install, here = here, build = build }
