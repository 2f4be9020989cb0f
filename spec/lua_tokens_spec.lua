-- The tokens of a Lua text, of which mutants are made.

local lua_tokens = require "jobgate.lua_tokens"

local function texts(text)
  local list = {}
  for i, token in ipairs(lua_tokens.read(text)) do
    list[i] = token.text
  end
  return list
end

describe("the tokens of a text", function()
  for text, expected in pairs {
    ["a <= b ~= c .. d ... // ::x::"] = { "a", "<=", "b", "~=", "c", "..", "d", "...", "//", "::", "x", "::" },
    ["a -- b\nc --[[ d\ne ]] f --[==[ ]] ]==] g"] = { "a", "c", "f", "g" },
    ["#!/bin/lua x\na"] = { "a" },
    ["'a\\'b' \"c'\" [[d]] [=[ ]] ]=]"] = { "'a\\'b'", "\"c'\"", "[[d]]", "[=[ ]] ]=]" },
    ["0x1p-3 1e+5 3.14 .5 0xE+1"] = { "0x1p-3", "1e+5", "3.14", ".5", "0xE", "+", "1" },
    ["a[b[1]]={}"] = { "a", "[", "b", "[", "1", "]", "]", "=", "{", "}" },
    ["x-1"] = { "x", "-", "1" },
    ["--"] = {},
  } do
    it("are found in " .. text:gsub("\n", " "), function()
      assert.same(expected, texts(text))
    end)
  end

  it("have their kinds, places and lines", function()
    local tokens = lua_tokens.read "if x then -- \n  return 'New'\nend"
    local lines = {}
    for i, token in ipairs(tokens) do
      lines[i] = ("%s %s %d %s"):format(token.kind, token.text, token.line, token.starts)
    end
    assert.same({ "keyword if 1 true", "name x 1 false", "keyword then 1 false",
      "keyword return 2 true", "string 'New' 2 false", "keyword end 3 true" }, lines)
    assert.equal("New", tokens[5].value)
    assert.equal("'New'", ("if x then -- \n  return 'New'\nend"):sub(tokens[5].first, tokens[5].last))
  end)

  it("know what stands in functions and in brackets", function()
    local tokens = lua_tokens.read "f { 1, function() if a then return { 2 } end repeat until b end, 3 } 4"
    local in_function, in_brackets = lua_tokens.insides(tokens)
    local found = {}
    for i, token in ipairs(tokens) do
      if token.kind == "number" then
        found[#found + 1] = ("%s %s %s"):format(token.text, in_function[i], in_brackets[i])
      end
    end
    assert.same({ "1 false true", "2 true true", "3 false true", "4 false false" }, found)
  end)

  it("are the whole of each Lua file here, but for blanks and comments", function()
    for _, path in ipairs { "policies/documented.lua", "lua/jobgate/lua_tokens.lua", "spec/check_spec.lua" } do
      local file <close> = assert(io.open(path))
      local text = file:read "a"
      local joined = table.concat(texts(text), "\n")
      assert.is_truthy(load(joined), path)
      assert.same(texts(text), texts(joined))
    end
  end)
end)
