--- How the property "in process against HTTP" asks a host: over one connection, as long
--- as the host is the same.

local http = require "support.http"

local url_of, connection -- of the server that was asked last

local function ask(url, request)
  if url ~= url_of then
    if connection then
      connection:close()
    end
    url_of, connection = url, http.connect(url)
  end
  connection:send(http.bytes(request))
  return connection:receive(request.method)
end

---@type jobgate.property.Send
return function(url, request)
  local fine, answer = pcall(ask, url, request)
  if fine then
    return answer
  end
  url_of = nil -- a host that was closed may have had the same port
  return ask(url, request)
end
