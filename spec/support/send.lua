--- How the property "in process against HTTP" asks a host: over a connection for each
--- server, kept as long as that keeps it.

local http = require "support.http"

local url_of, connection -- of the server that was asked last

---@type jobgate.property.Send
return function(url, request)
  if url ~= url_of then
    if connection then
      connection:close()
    end
    url_of, connection = url, http.connect(url)
  end
  connection:send(http.bytes(request))
  return connection:receive(request.method)
end
