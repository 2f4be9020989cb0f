--- The file that `--journal` writes, line by line.

local core = require "jobgate.core"

local FORMAT = 1

local Journal = {}
Journal.__index = Journal
Journal.__close = function(self) self.file:close() end

--- The bytes that a text of a journal stands for.
---@param text string|{ base64: string }|nil
---@return string|nil
local function bytes(text)
  if type(text) ~= "table" then
    return text
  end
  local out, bits, count = {}, 0, 0
  for char in tostring(text.base64):gmatch "[%w+/]" do
    local byte = char:byte()
    local value = byte >= 97 and byte - 71 or byte >= 65 and byte - 65
      or byte >= 48 and byte + 4 or char == "+" and 62 or 63
    bits, count = (bits << 6 | value) & 0xffff, count + 6
    if count >= 8 then
      count = count - 8
      out[#out + 1] = string.char(bits >> count & 0xff)
    end
  end
  return table.concat(out)
end

--- What stands in the next line, and its number; nil at the end. A last line
--- that was cut is none: then `truncated` is its number. Raises
--- { why = "FILE:LINE: ..." } where a line is broken.
function Journal:next()
  local text = self.file:read "L"
  if not text then
    return nil
  end
  self.line = self.line + 1
  if text:sub(-1) ~= "\n" then
    self.truncated = self.line
    return nil
  end
  local fine, value = pcall(core.decode, text)
  if not fine or type(value) ~= "table" then
    self:fail(fine and "is no JSON object" or value)
  end
  return value, self.line
end

--- Raise what is wrong with the line that was read last.
function Journal:fail(what)
  error({ why = ("%s:%d: %s"):format(self.path, self.line, what) }, 0)
end

--- Open a journal: it, with its first line as `header`. Raises { why = } as
--- `next` does, or when it cannot be read.
---@param path string
local function open(path)
  local file, why = io.open(path, "rb")
  if not file then
    error({ why = why }, 0)
  end
  local self = setmetatable({ path = path, file = file, line = 0 }, Journal)
  local fine, header = pcall(self.next, self)
  if not fine or not header then
    file:close()
    error(not fine and header or { why = path .. ": is empty, or was cut in its first line" }, 0)
  elseif header.format ~= FORMAT then
    file:close()
    error({ why = ("%s:1: %s; this version reads journals of format %d"):format(path,
      header.format == nil and "is no journal of jobgate: it says no format"
        or "has format " .. tostring(header.format), FORMAT) }, 0)
  end
  self.header = header
  return self
end

--- The name of the policy with which the journal begins.
---@return string
function Journal:policy()
  local fine, name = pcall(function() return bytes(self.header.policy.files[1].name) end)
  return fine and name or self:fail "is no first line of a journal: it has no policy"
end

--- What a function gives that reads journals; nil and the sentence when one cannot be
--- read.
---@param read function
---@return any, string|nil
local function attempt(read, ...)
  local fine, result = pcall(read, ...)
  if fine then
    return result
  elseif type(result) == "table" and result.why then
    return nil, result.why
  end
  return error(result, 0)
end

return { open = open, bytes = bytes, attempt = attempt }
