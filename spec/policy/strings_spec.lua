-- string, table, math and utf8 of the sandbox answer as those of stock Lua.

local policies = require "support.policies"
local stock = require "support.stock"

--- Patterns by group, each tried on the subjects by find, match, gmatch and
--- gsub.
local groups = {
  { "plain words", { "abc", "a b c", "", "xabcabc" },
    { "abc", "b", "", " ", "xyz", "c$", "^a", "^", "$", "^$", "a^b", "a$b" } },
  { "classes", { "a1 B_\t\n", "hello World", "\0\127\200", "f0F-9" },
    { "%a", "%d", "%l", "%s", "%u", "%w", "%x", "%p", "%c", "%g", "%A", "%D", "%S", "%W",
      "[%a_]", "[^%w]", "[a-f0-9]+", "[]]", "[^]]", "[a-]", "[%-]", "[%]a]", ".", "%.", "%%" } },
  { "quantifiers", { "aaa", "", "baab", "aXbXc" },
    { "a*", "a+", "a-", "a?", "a-b", "a*b", ".-X", ".*X", "X?c", "a+$", "^a*",
      "[ab]*b", "a?a?a" } },
  { "captures", { "key = value", "10:20", "(nested (text))", "aa bb cd" },
    { "(%w+) = (%w+)", "()=()", "(%d+):(%d+)", "((%w)%w)", "(a)(b)?", "%b()", "(%b())", "(%w)%1",
      "()", "(()())", "^(%w)", "(.-)%s" } },
  { "frontiers", { "THE (quick) fox", "a1b2", "" },
    { "%f[%a]%a+%f[%A]", "%f[%w]", "%f[%z]", "%f[%d]%d" } },
  { "malformed patterns", { "abc" },
    { ")", "a)", "[a", "[", "[^", "[]", "%", "a%", "%b", "%bx", "%f", "%fa", "%1", "(a%1)", "%9",
      ("("):rep(33) .. "a" .. (")"):rep(33) } },
}

for _, group in ipairs(groups) do
  describe(group[1], function()
    for _, pattern in ipairs(group[3]) do
      it(("mean the same in %q"):format(pattern), function()
        for _, subject in ipairs(group[2]) do
          local s, p = ("%q"):format(subject):gsub("\\\n", "\\n"), ("%q"):format(pattern)
          stock.same(("string.find(%s, %s)"):format(s, p))
          stock.same(("string.find(%s, %s, 2)"):format(s, p))
          stock.same(("string.find(%s, %s, -2)"):format(s, p))
          stock.same(("string.find(%s, %s, 1, true)"):format(s, p))
          stock.same(("string.match(%s, %s)"):format(s, p))
          stock.same(("string.match(%s, %s, 3)"):format(s, p))
          stock.same(("(function() local t = {} for a, b in string.gmatch(%s, %s) do "
            .. "t[#t + 1] = show(a, b) end return table.concat(t, ';') end)()"):format(s, p))
          stock.same(("string.gsub(%s, %s, '<%%0>')"):format(s, p))
          stock.same(("string.gsub(%s, %s, '<%%1>', 1)"):format(s, p))
          stock.same(("string.gsub(%s, %s, function(a, b) return a ~= 'b' and show(a, b) end)")
            :format(s, p))
        end
      end)
    end
  end)
end

--- One expression on a line.
local expressions = {
  find = [==[
('a.b'):find('.', 1, true)
('abc'):find('', 10)
('abc'):find('', 4)
('abc'):find('', -10)
('abc'):find('c', -1)
('abc'):find('a', -1)
('a\0b'):find('\0')
('a\0b'):find('%z')
('a+b'):find('+', 1, true)
('x'):find()
('x'):find({})
(12):find('1')
string.find(121, 2)
('aXb'):find('X', math.mininteger)
('aXb'):find('X', math.maxinteger)
('abc'):find('b', '2')
('abc'):find('b', 1.5)
('aaab'):find('ab', 1, true)
('abc'):find('abcd', 1, true)
]==],
  gmatch = [==[
string.gmatch('abc')
('abc'):gmatch('%w', 2)()
('abc'):gmatch('%w', -1)()
('abc'):gmatch('%w', 9)()
('abc'):gmatch('^a')()
('k=v'):gmatch('(%w)=(%w)')()
]==],
  gsub = [==[
('abc'):gsub('%w', '%%')
('abc'):gsub('%w', '%2')
('abc'):gsub('%w', '%')
('abc'):gsub('%w', '%x')
('abc'):gsub('%w', {a = 1, b = true, c = false})
('abc'):gsub('%w', {a = 1.5})
('abc'):gsub('%w', {b = {}})
('abc'):gsub('%w', 7)
('abc'):gsub('%w', '', 2)
('abc'):gsub('%w', '', 0)
('abc'):gsub('%w', '', -1)
('abc'):gsub('', '-')
('abc'):gsub('^a', 'x')
('aaa'):gsub('^a', 'x')
('abc'):gsub('()', '%1')
('abc'):gsub('b', true)
('abc'):gsub('b')
('abc'):gsub('(b)(c)', '%2%1')
('a b'):gsub('%w', '%0%0')
('abc'):gsub('%w', function() return nil end)
('abc'):gsub('%w', 'x', 1.0)
('abc'):gsub('%w', 'x', '2')
]==],
  format = [==[
('%5.2f|%-5d|%05d|%+d'):format(1.005, 3, 42, 7)
('%s %s %s'):format(nil, true, 1.0)
('%q'):format('a\n\0"b')
('%q'):format(1 / 3)
('%x %X %o'):format(255, 255, 8)
('%c%c'):format(65, 66)
('%g %e'):format(1e20, 1.5)
('%i'):format(3)
('%a'):format(1)
('%10.3s|'):format('abcdef')
('%%')
('%d'):format('10')
('%d'):format(1.5)
('%d'):format('x')
('%d'):format()
('%'):format(1)
('%y'):format(1)
('%99999d'):format(1)
('a\0%d'):format(1)
('%s'):format('a\0b')
]==],
  rep = [==[
('ab'):rep(3)
('ab'):rep(3, ',')
('ab'):rep(0)
('ab'):rep(-1)
('ab'):rep(1, ',')
(''):rep(100)
('x'):rep(1.5)
('x'):rep()
('x'):rep('3')
]==],
  rest = [==[
('abc'):sub(2)
('abc'):sub(-2, -2)
('abc'):sub(0)
('abc'):sub(3, 2)
('abc'):upper()
('ABC'):lower()
('abc'):reverse()
('abc'):len()
#'a\0b'
('abc'):byte(1, -1)
('abc'):byte(9)
string.char(72, 105)
string.char()
string.char(256)
('x').nothing
('10' + 5) * '2'
10 .. 20
-'2'
'a' < 'b'
'a' < 'B'
'' == ''
'a' + 1
]==],
  numbers = [==[
tonumber('0x10')
tonumber('10', 2)
tonumber('z', 36)
tonumber('8', 8)
tonumber(' 1e1 ')
tonumber('1e')
tonumber('')
tonumber(nil)
tonumber()
tostring(1e15)
tostring(-0.0)
tostring(2^53)
tostring(1 / 0)
tostring(nil)
tostring('x')
tostring(math.mininteger)
math.type(1)
math.type(1.0)
math.type('1')
math.tointeger(3.0)
math.tointeger(3.5)
math.max(1, 2.5)
math.max()
math.floor(-1.5)
math.ceil(-1.5)
math.fmod(-7, 3)
math.fmod(7, 0)
math.modf(3.7)
math.ult(1, -1)
math.abs(math.mininteger)
math.huge
math.pi
7 // 2
-7 // 2
-7 % 3
7 // 0.0
1 // 0
1 % 0
3 | 4
1 << 63
1.5 | 1
2 ^ 10
]==],
  tables = [==[
table.concat({1, 2, 3}, ',')
table.concat({1, 2, 3}, ',', 2, 3)
table.concat({1, {}, 3})
table.concat({})
table.unpack({1, 2, 3})
table.unpack({1, 2, 3}, 2)
table.unpack({1, 2}, 1, 3)
table.pack(1, nil, 3).n
table.remove({1, 2, 3})
table.remove({1, 2, 3}, 1)
table.remove({})
table.remove({1}, 5)
table.insert({}, 5, 1)
table.insert({1})
table.insert({1}, 1, 2, 3)
table.insert(nil, 1)
table.concat(table.move({1, 2, 3}, 1, 3, 2), ',')
table.move({1}, 1, 1)
select('#', 1, nil)
select(2, 'a', 'b')
select(-1, 'a', 'b')
select(0)
next({})
next({7})
next({}, nil)
#{1, 2, nil, 4}
type(nil)
type()
(function() local t = {3, 1, 2} table.sort(t) return table.concat(t) end)()
(function(t) table.sort(t, function(a, b) return a > b end) return #t .. t[1] end)({3, 1, 2})
table.sort({1, 'x'})
table.sort({3, 2, 1}, 1)
ipairs()
ipairs({7})({7}, 0)
pairs()
(function(s) for i, v in ipairs({5, 6, nil, 8}) do s = s .. i .. v end return s end)('')
]==],
  utf8 = [==[
utf8.char(72, 228, 8364, 128512)
utf8.charpattern
utf8.len('häß')
utf8.len('\xff')
utf8.codepoint('äö', 1, -1)
utf8.codepoint('\xff')
utf8.offset('äö', 2)
utf8.offset('äö', -1)
(function(s) for p, c in utf8.codes('aä') do s = s .. p .. ':' .. c .. ' ' end return s end)('')
]==],
}

for name, lines in pairs(expressions) do
  describe(name .. " answers as stock Lua", function()
    for expression in lines:gmatch "[^\n]+" do
      it("to " .. expression, function() stock.same(expression) end)
    end
  end)
end

describe("a capture that is never closed", function()
  for _, expression in ipairs { "('abc'):find('(')", "('abc'):match('(a')",
                                "('abc'):gsub('(a', '%1')", "('abc'):gsub('(()', {})" } do
    it("raises as in stock Lua: " .. expression, function() stock.same(expression) end)
  end

  it("raises also where stock Lua would not look at it", function()
    assert.same({ n = 2, nil, "(policy_source):2: unfinished capture" },
      table.pack(policies.run "return (('abc'):gsub('(', '%0'))"))
  end)
end)
