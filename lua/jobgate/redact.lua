--- Words of a journal that are somebody's own are replaced, always by the same.
---
--- A stand-in has the shape of its word: as many bytes, a digit for a digit, a
--- capital for a capital, so that lengths, limits and patterns hold what they held.
--- Two words never have one stand-in. What stands in a policy of the journal, and
--- the API's own words, stay: a policy may ask for them. So do ids that are UUIDs,
--- which the host has drawn, and names of spaces and snapshots.

local journal_file = require "jobgate.journal_file"

local bytes = journal_file.bytes

local OWN = [[
  localhost 127 0 1 cos control myqcloud com internal jobgate not shown http https
  jobs status priority 1250000000 true false Ignore Bucket Key VersionId
  COSBatchOperations_CSV_V1 COSInventoryReport_CSV_V1 Report_CSV_V1 AllTasks FailedTasksOnly
  Copy Replaced Replace Add Bulk Standard Standard_IA Archive Deep_Archive ID READ WRITE FULL
  CONTROL FULL_CONTROL private public read AES256 qcs uid Active Cancelled Cancelling Complete
  Completing Failed Failing New Paused Pausing Preparing Ready Suspended
]]

--- Headers that say how a request is sent, not what.
local PLAIN_HEADERS = {
  ["accept"] = true, ["accept-encoding"] = true, ["connection"] = true, ["content-length"] = true,
  ["content-type"] = true, ["date"] = true, ["expect"] = true, ["transfer-encoding"] = true,
  ["content-md5"] = true, -- mended when the body is
}

--- Fields of jobs that are no words of anybody.
local PLAIN_FIELDS = {
  status = true, creation_time = true, status_time = true, suspended_date = true,
  termination_date = true, set = true,
}

local PLAIN_ELEMENTS = {
  ModifiedSinceConstraint = true, UnModifiedSinceConstraint = true, HttpExpiresDate = true,
  ExpirationInDays = true, Priority = true,
}

local PLAIN_PARAMETERS = { priority = true, maxResults = true, name = true }

local WORD = "[%w\x80-\xff]+"
local UUID = "^%x%x%x%x%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%x%x%x%x%x%x%x%x$"

---@class jobgate.Redaction
---@field package stands table<string, string> for each word, what stands for it
---@field package taken table<string, boolean>
local Redaction = {}
Redaction.__index = Redaction

-- ---- words --------------------------------------------------------------------

local function any(from, to)
  return string.char(math.random(from:byte(), to:byte()))
end

--- One of the same shape; what is beyond ASCII becomes letters of as many bytes.
local function like(word)
  if not utf8.len(word) then
    return (word:gsub("%w", function(c) return c:find "%d" and any("0", "9") or any("a", "z") end))
  end
  return (word:gsub(utf8.charpattern, function(char)
    if #char > 1 then
      local first = ({ [2] = 0x100, [3] = 0x4e00, [4] = 0x20000 })[#char]
      return utf8.char(first + math.random(0, 255))
    elseif char:find "%d" then
      return any("0", "9")
    end
    return char:find "%u" and any("A", "Z") or any("a", "z")
  end):gsub("^0(%d)", word:sub(1, 1) == "0" and "0%1" or "7%1"))
end

function Redaction:word(word)
  local stand = self.stands[word]
  if not stand then
    for _ = 1, 1000 do
      stand = like(word)
      if not self.taken[stand] then
        break
      end
    end
    if self.taken[stand] then
      stand = word -- all of this shape are in use
    end
    self.stands[word], self.taken[stand] = stand, true
  end
  return stand
end

--- A text of somebody's own.
function Redaction:text(text)
  if text:find(UUID) then
    return text
  end
  return (text:gsub(WORD, function(word) return self:word(word) end))
end

--- Texts that may stand escaped; `escape` finds how, and stays as it is.
function Redaction:between(text, escape)
  local out, at = {}, 1
  while at <= #text do
    local first, last = text:find(escape, at)
    out[#out + 1] = self:text(text:sub(at, (first or #text + 1) - 1))
    out[#out + 1] = first and text:sub(first, last):gsub("%x%x%x%x", "0078") or ""
    at = (last or #text) + 1
  end
  return table.concat(out)
end

-- ---- targets, documents, JSON -------------------------------------------------

--- %XX where %XX was, around what it stands for.
function Redaction:encoded(text)
  local raw, was = {}, {}
  local at = 1
  while at <= #text do
    local hex = text:match("^%%(%x%x)", at)
    raw[#raw + 1] = hex and string.char(tonumber(hex, 16)) or text:sub(at, at)
    was[#raw] = hex
    at = at + (hex and 3 or 1)
  end
  local place = 0
  return (self:text(table.concat(raw)):gsub(".", function(char)
    place = place + 1
    return was[place] and ("%%%02" .. (was[place]:find "%l" and "x" or "X")):format(char:byte())
  end))
end

--- A request target.
function Redaction:target(target)
  local path, query = target:match "^([^?]*)%??(.*)$"
  path = path:gsub("[^/]+", function(segment) return self:encoded(segment) end)
  query = query:gsub("([^&=]*)=([^&]*)", function(name, value)
    if PLAIN_PARAMETERS[name] and (name == "name" or value:find "^%-?%d*$") then
      return nil
    end
    return name .. "=" .. self:encoded(value)
  end)
  return path .. (target:find("?", 1, true) and "?" .. query or "")
end

--- A document of a client. Elements' names stay.
function Redaction:document(text)
  if not text:find("<", 1, true) then
    return self:text(text)
  end
  local element = ""
  return (text:gsub("([^<]*)(<?)([^<>]*)(>?)", function(content, open, tag, close)
    local plain = PLAIN_ELEMENTS[element] and content:find "^[%d%-:TZ,+%. ]*$"
      or content:find "^%-?%d+$" and #content < 5
    content = plain and content or self:between(content, "&#?%w+;")
    element = tag:match "^[%w_]+" or ""
    if tag:find "^!" then
      tag = tag:gsub("^(!%-?%-?%[?C?D?A?T?A?%[?)(.*)$", function(first, rest)
        return first .. self:text(rest)
      end)
    else
      tag = tag:gsub("=%s*%b\"\"", function(value) return self:text(value) end)
        :gsub("=%s*%b''", function(value) return self:text(value) end)
    end
    return content .. open .. tag .. close
  end))
end

--- JSON with jobs in it, as text: keys and numbers stay.
function Redaction:json(text)
  local out, at, key = {}, 1, nil
  while at <= #text do
    local first = text:find('"', at, true)
    if not first then
      break
    end
    local last = first + 1
    while last <= #text and text:sub(last, last) ~= '"' do
      last = last + (text:sub(last, last) == "\\" and 2 or 1)
    end
    local inside, behind = text:sub(first + 1, last - 1), text:match('^"%s*(:?)', last)
    if behind == ":" then
      key = inside
    elseif not PLAIN_FIELDS[key] then
      inside = self:between(inside, "\\u?%x?%x?%x?%x?")
    end
    out[#out + 1] = text:sub(at, first) .. inside .. '"'
    at = last + 1
  end
  return table.concat(out) .. text:sub(at)
end

-- ---- lines --------------------------------------------------------------------

local function is_md5(header)
  return header[1]:lower() == "content-md5"
end

--- The folders in which a policy lies are nobody's business.
local function place_nowhere(policy)
  policy.path = nil
  for _, file in ipairs(policy.files) do
    file.name = bytes(file.name):match "[^/]*$"
  end
end

--- The header of a host, as its journal begins.
function Redaction:header(header)
  header.jobs = header.jobs and self:json(bytes(header.jobs))
  header.hosts = header.hosts and self:text(bytes(header.hosts))
  place_nowhere(header.policy)
  return header
end

--- A request, with what it needs to come again. A sum that was right is right again.
function Redaction:request(line)
  local request = line.request
  local refused = bytes(line.answer.body):find "<Code>%a*Digest</Code>"
  request.target = self:target(bytes(request.target))
  request.body = request.body and self:document(bytes(request.body))
  for _, header in ipairs(request.headers) do
    local value = bytes(header[2])
    if is_md5(header) and not refused then
      header[2] = self.core:again_md5(request.body or "")
    elseif not PLAIN_HEADERS[header[1]:lower()] then
      header[2] = self:text(value)
    end
  end
  return line
end

local function is_policy(target)
  return target:find "^/_jobgate/policy" or target:find "^/_jobgate/rules"
end

--- A control request that has changed something.
function Redaction:control(line)
  local target = bytes(line.target)
  if not is_policy(target) then
    line.target = self:target(target)
    line.body = line.body and not target:find "^/_jobgate/readings"
      and not target:find "^/_jobgate/snapshots" and not target:find "^/_jobgate/restore"
      and self:json(bytes(line.body)) or line.body
  end
  return line
end

--- A line as it may be shown.
function Redaction:line(line)
  if line.kind == "reload" then
    place_nowhere(line.policy)
  end
  local hide = line.kind == "request" and self.request or line.kind == "control" and self.control
  return hide and hide(self, line) or line
end

--- "200", or "409 JobStatusConflict": what is the same of an answer.
---@param answer jobgate.Answer
---@return string
local function brief(answer)
  local code = answer.body:match "<Code>(.-)</Code>"
  local status = answer.status == 0 and "dropped" or tostring(answer.status)
  return code and status .. " " .. code or status
end

-- ---- what stays ---------------------------------------------------------------

function Redaction:keep(text)
  for word in (bytes(text) or ""):gmatch(WORD) do
    self.stands[word], self.taken[word] = word, true
  end
end

function Redaction:keep_policy(policy)
  for _, file in ipairs(policy.files) do
    self:keep(file.source)
  end
end

--- What is to be kept of a journal, which is read to its end for that.
---@param path string
---@return jobgate.Redaction
local function of(path)
  local self = setmetatable({ stands = {}, taken = {} }, Redaction)
  local journal <close> = journal_file.open(path)
  self:keep(OWN)
  self:keep_policy(journal.header.policy)
  self:keep(journal.header.prefix)
  self:keep "_jobgate _space jobs clock rules policy undo readings snapshots restore reset spaces"
  for line in journal.next, journal do
    self:keep(line.space)
    if line.kind == "reload" then
      self:keep_policy(line.policy)
    elseif line.kind == "control" and is_policy(bytes(line.target)) then
      self:keep(line.body)
    end
  end
  return self
end

return { of = of, brief = brief }
