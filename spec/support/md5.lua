--- MD5 (RFC 1321), for Content-MD5.

local SHIFTS = { { 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 }, { 6, 10, 15, 21 } }

local function mix(i, b, c, d)
  if i < 16 then
    return b & c | ~b & d, i
  elseif i < 32 then
    return d & b | ~d & c, (5 * i + 1) % 16
  elseif i < 48 then
    return b ~ c ~ d, (3 * i + 5) % 16
  end
  return c ~ (b | ~d & 0xffffffff), 7 * i % 16
end

local function rotate(value, bits)
  value = value & 0xffffffff
  return (value << bits | value >> (32 - bits)) & 0xffffffff
end

local function block(state, words)
  local a, b, c, d = table.unpack(state)
  for i = 0, 63 do
    local f, word = mix(i, b, c, d)
    local constant = math.floor(math.abs(math.sin(i + 1)) * 2 ^ 32)
    local sum = a + f + constant + words[word + 1]
    a, d, c, b = d, c, b, b + rotate(sum, SHIFTS[i // 16 + 1][i % 4 + 1]) & 0xffffffff
  end
  for i, value in ipairs { a, b, c, d } do
    state[i] = state[i] + value & 0xffffffff
  end
end

--- The 16 bytes of a text's sum.
---@param text string
---@return string
local function md5(text)
  local state = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476 }
  local padded = text .. "\x80" .. ("\0"):rep(-(#text + 9) % 64) .. ("<I8"):pack(#text * 8)
  for at = 1, #padded, 64 do
    block(state, { ("<" .. ("I4"):rep(16)):unpack(padded, at) })
  end
  return ("<I4I4I4I4"):pack(table.unpack(state))
end

return md5
