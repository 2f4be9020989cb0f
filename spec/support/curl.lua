--- curl, as a client that checks certificates: run to its end, its answers taken
--- apart. It looks into no configuration and goes through no proxy.

local jobgate = require "jobgate"
local process = require "support.process"

local LIMIT = 20 -- seconds

--- The words before all others.
local ALWAYS = { "-q", "-sS", "-i", "--noproxy", "*", "--max-time", LIMIT }

local function read(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

--- One answer out of what came: it, and where the next one begins.
local function take(text, at)
  local head, behind = text:match("^(HTTP/1%.1 .-\r\n)\r\n()", at)
  assert(head, "not an answer: " .. text:sub(at, at + 100))
  local parts = { status = tonumber(head:match " (%d%d%d) "), headers = {}, body = "" }
  for line in head:gmatch "[^\r\n]+" do
    parts.headers[#parts.headers + 1] = { line:match "^([^:]+): *(.*)$" }
  end
  table.remove(parts.headers, 1) -- the status line
  return jobgate.response(parts), behind
end

--- All answers, in their order; those that go before one (100 Continue) are left
--- out. `bodiless`: they are answers to HEAD.
local function answers(text, bodiless)
  local list, at = {}, 1
  while at <= #text do
    local response
    response, at = take(text, at)
    if response.status >= 200 then
      local length = tonumber(response:header "Content-Length") or 0
      response.body = bodiless and "" or text:sub(at, at + length - 1)
      list[#list + 1], at = response, at + #response.body
    end
  end
  return list
end

---@class support.Curl
---@field code integer how it ended: 0, 35 no handshake, 60 no trust in the certificate
---@field err string
---@field [integer] jobgate.Response

--- Run it. `body` is what "@body" stands for in the arguments.
---@param arguments string[]
---@param body string|nil
---@return support.Curl
local function run(arguments, body)
  local errors, sent = os.tmpname(), os.tmpname()
  local words, bodiless = { "curl" }, false
  do
    local file <close> = assert(io.open(sent, "wb"))
    file:write(body or "")
  end
  for _, list in ipairs { ALWAYS, arguments } do
    for _, word in ipairs(list) do
      bodiless = bodiless or word == "-I"
      words[#words + 1] = process.quote(word == "@body" and "@" .. sent or word)
    end
  end
  local pipe = assert(io.popen(("%s 2>%s"):format(table.concat(words, " "), process.quote(errors))))
  local text = pipe:read "a"
  local _, _, code = pipe:close()
  local result = answers(text, bodiless)
  result.code, result.err = code, read(errors)
  os.remove(errors)
  os.remove(sent)
  return result
end

return { run = run }
