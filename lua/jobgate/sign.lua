--- Signs a request as section 5.1 of the reference says, on its own account: of
--- jobgate it has the hash alone, none of what checks signatures.

local core = require "jobgate.core"

--- The keys of a signature, in the order of the documents.
local ORDER = {
  "q-sign-algorithm", "q-ak", "q-sign-time", "q-key-time", "q-header-list", "q-url-param-list",
  "q-signature",
}

local DEFAULT_HEADERS = { "host", "x-cos-appid", "content-length" }

--- UrlEncode.
local function encode(text)
  return (text:gsub("[^A-Za-z0-9%-._~]", function(byte) return ("%%%02X"):format(byte:byte()) end))
end

local function decode(text)
  return (text:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

--- A target's path, decoded, and its parameters, decoded, in their order.
local function take_apart(target)
  local path, query = target:gsub("^https?://[^/?]*", ""):match "^([^?]*)%??(.*)$"
  local parameters = {}
  for piece in query:gmatch "[^&]+" do
    local name, value = piece:gsub("+", " "):match "^([^=]*)=?(.*)$"
    parameters[#parameters + 1] = { decode(name), decode(value) }
  end
  return decode(path), parameters
end

--- Of these pairs those that are named, in any case; all of them without names.
--- What is named but not there counts with an empty value.
local function chosen(pairs_of, names)
  if not names then
    return pairs_of
  end
  local all = {}
  for _, name in ipairs(names) do
    local count = #all
    for _, pair in ipairs(pairs_of) do
      if pair[1]:lower() == name:lower() then
        all[#all + 1] = pair
      end
    end
    if #all == count then
      all[#all + 1] = { name, "" }
    end
  end
  return all
end

--- The pairs as they are signed, "k=v&k=v", and the list of their keys, "k;k".
--- A key that is repeated is listed as often, its values in order.
local function joined(pairs_of)
  local signed, list = {}, {}
  for i, pair in ipairs(pairs_of) do
    signed[i] = { encode(pair[1]):lower(), pair[2] }
  end
  table.sort(signed, function(one, two)
    return one[1] < two[1] or one[1] == two[1] and one[2] < two[2]
  end)
  for i, pair in ipairs(signed) do
    signed[i], list[i] = pair[1] .. "=" .. encode(pair[2]), pair[1]
  end
  return table.concat(signed, "&"), table.concat(list, ";")
end

--- Of the default headers those that the request has.
local function default_headers(headers)
  local names = {}
  for _, name in ipairs(DEFAULT_HEADERS) do
    for _, header in ipairs(headers) do
      if header[1]:lower() == name then
        names[#names + 1] = name
        break
      end
    end
  end
  return names
end

---@class support.SignValues what is computed on the way
---@field sign_key string
---@field path string UriPathname
---@field parameters string HttpParameters
---@field headers string HttpHeaders
---@field parameter_list string
---@field header_list string
---@field http_string string
---@field sha1 string of http_string
---@field string_to_sign string
---@field signature string

---@return support.SignValues
local function values(request, options)
  local headers, key_time = {}, options.key_time or options.time
  for i, header in ipairs(request.headers) do
    headers[i] = { header[1], header[2]:match "^[ \t]*(.-)[ \t]*$" }
  end
  local path, parameters = take_apart(request.target)
  local all = { path = path, sign_key = core.hmac(options.secret_key, key_time) }
  all.parameters, all.parameter_list = joined(chosen(parameters, options.parameters))
  all.headers, all.header_list =
    joined(chosen(headers, options.headers or default_headers(headers)))
  all.http_string = table.concat(
    { request.method:lower(), path, all.parameters, all.headers, "" }, "\n")
  all.sha1 = core.sha1(all.http_string)
  all.string_to_sign = table.concat({ "sha1", key_time, all.sha1, "" }, "\n")
  all.signature = core.hmac(all.sign_key, all.string_to_sign)
  return all
end

--- The seven keys with their values, joined with `&`.
local function text(found, options, escape)
  local fields = {
    ["q-sign-algorithm"] = "sha1", ["q-ak"] = options.secret_id,
    ["q-sign-time"] = options.time, ["q-key-time"] = options.key_time or options.time,
    ["q-header-list"] = found.header_list, ["q-url-param-list"] = found.parameter_list,
    ["q-signature"] = found.signature,
  }
  local pieces = {}
  for _, key in ipairs(ORDER) do
    local value = options.fields and options.fields[key]
    if value == nil then
      value = fields[key]
    end
    if value then
      pieces[#pieces + 1] = key .. "=" .. escape(value)
    end
  end
  return table.concat(pieces, "&")
end

--- `under` with what `over` has, and headers of its own.
local function copy(under, over)
  local all = {}
  for _, some in ipairs { under, over or {} } do
    for key, value in pairs(some) do
      all[key] = value
    end
  end
  all.headers = { table.unpack(all.headers) }
  return all
end

local function as_is(value)
  return value
end

---@class support.SignOptions
---@field secret_id string
---@field secret_key string
---@field time string "start;end", Unix seconds
---@field key_time string|nil as `time` when absent
---@field token string|nil of a temporary key: it is sent in the same form
---@field headers string[]|nil which are signed; host, x-cos-appid and content-length
---@field parameters string[]|nil which are signed; all when absent
---@field form "header"|"query"|nil "header" when absent
---@field as table|nil what is signed instead of the request's own method, target or headers
---@field fields table<string, string|false>|nil other values of the seven keys; false: left out

--- A request that is signed, and what was computed for it.
---@param request { method: string, target: string, headers: string[][] }
---@param options support.SignOptions
---@return table, support.SignValues
local function sign(request, options)
  local signed, token = copy(request), options.token
  if options.form == "query" then
    local found = values(copy(signed, options.as), options)
    signed.target = signed.target .. (signed.target:find("?", 1, true) and "&" or "?")
      .. text(found, options, encode) .. (token and "&x-cos-security-token=" .. encode(token) or "")
    return signed, found
  end
  if token then
    table.insert(signed.headers, { "x-cos-security-token", token })
  end
  local found = values(copy(signed, options.as), options)
  table.insert(signed.headers, { "Authorization", text(found, options, as_is) })
  return signed, found
end

return sign
