--- The file that `--journal` writes, line by line.

local core = require "jobgate.core"

local FORMAT = 1
local EVERY = 100 -- lines between two signs of progress

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
  return assert(core.unbase64(text.base64), "is not base64")
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

--- Read all lines: `take(line, number)` each; what it raises is wrong with the line.
---@param take fun(line: table, number: integer)
---@param progress fun(done: integer, total: integer|nil)|nil
function Journal:each(take, progress)
  for line, number in self.next, self do
    local fine, why = pcall(take, line, number)
    if not fine and type(why) == "table" and why.why then
      error(why, 0) -- of `fail`
    elseif not fine then
      self:fail("is no line of a journal: " .. tostring(why))
    end
    if progress and number % EVERY == 0 then
      progress(number)
    end
  end
end

--- What there is to say of a last line that was cut, behind where it is.
local CUT = "was cut and is left out: the host was ended while it wrote"

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

return { open = open, bytes = bytes, attempt = attempt, CUT = CUT }
