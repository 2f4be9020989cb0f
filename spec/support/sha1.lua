--- SHA-1 (RFC 3174) and HMAC-SHA1 (RFC 2104), for signatures.

local BLOCK = 64 -- bytes

local function rotate(value, bits)
  return (value << bits | value >> (32 - bits)) & 0xffffffff
end

local function mix(i, b, c, d)
  if i < 20 then
    return b & c | ~b & d, 0x5a827999
  elseif i < 40 then
    return b ~ c ~ d, 0x6ed9eba1
  elseif i < 60 then
    return b & c | b & d | c & d, 0x8f1bbcdc
  end
  return b ~ c ~ d, 0xca62c1d6
end

local function block(state, words)
  for i = 17, 80 do
    words[i] = rotate(words[i - 3] ~ words[i - 8] ~ words[i - 14] ~ words[i - 16], 1)
  end
  local a, b, c, d, e = table.unpack(state)
  for i = 0, 79 do
    local f, constant = mix(i, b, c, d)
    local sum = rotate(a, 5) + f + e + constant + words[i + 1] & 0xffffffff
    a, b, c, d, e = sum, a, rotate(b, 30), c, d
  end
  for i, value in ipairs { a, b, c, d, e } do
    state[i] = state[i] + value & 0xffffffff
  end
end

--- The 20 bytes of a text's sum.
---@param text string
---@return string
local function sha1(text)
  local state = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 }
  local padded = text .. "\x80" .. ("\0"):rep(-(#text + 9) % BLOCK) .. (">I8"):pack(#text * 8)
  for at = 1, #padded, BLOCK do
    local words = { (">" .. ("I4"):rep(16)):unpack(padded, at) }
    words[17] = nil -- where the next block begins
    block(state, words)
  end
  return (">I4I4I4I4I4"):pack(table.unpack(state))
end

local function masked(key, mask)
  return (key:gsub(".", function(byte) return string.char(byte:byte() ~ mask) end))
end

--- The 20 bytes of a message's code under a key.
---@param key string
---@param message string
---@return string
local function hmac(key, message)
  key = #key > BLOCK and sha1(key) or key
  key = key .. ("\0"):rep(BLOCK - #key)
  return sha1(masked(key, 0x5c) .. sha1(masked(key, 0x36) .. message))
end

return { sha1 = sha1, hmac = hmac }
