--- Texts that tools read and write.

local M = {}

--- All of a file, or nil and why.
---@param path string
---@return string|nil, string|nil
function M.read(path)
  local file, why = io.open(path, "rb")
  if not file then
    return nil, why
  end
  local text = file:read "a"
  file:close()
  return text, not text and path .. ": cannot be read" or nil
end

--- Write it whole, or nil and why.
---@param text string
---@param to string|file*|nil a path, or where it goes; stdout when absent
---@return boolean|nil, string|nil
function M.write(text, to)
  local file, why = to or io.stdout, nil
  if type(to) == "string" then
    file, why = io.open(to, "w")
  end
  if not file then
    return nil, why
  end
  local fine
  fine, why = file:write(text)
  if fine then
    fine, why = file:flush()
  end
  if type(to) == "string" then
    file:close()
  end
  local name = type(to) == "string" and to or to and "stderr" or "stdout"
  return fine and true, not fine and ("%s: %s"):format(name, why) or nil
end

return M
