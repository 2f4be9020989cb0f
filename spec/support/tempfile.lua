--- Files for the time of one test.

--- A file with that text, removed when its scope ends; its path is in `path`.
---
---     local jobs <close> = tempfile "return {}"
---
---@param text string
---@return { path: string }
local function tempfile(text)
  local path = os.tmpname()
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
  return setmetatable({ path = path }, { __close = function() os.remove(path) end })
end

return tempfile
