--- The Prometheus text format, version 0.0.4, read strictly: what it does not
--- allow raises, with the line.

---@class support.Family
---@field type string "counter", "gauge" or "histogram"
---@field help string
---@field samples { name: string, labels: table<string, string>, value: number }[]

local TYPES = { counter = true, gauge = true, histogram = true }
local ESCAPES = { ["\\"] = "\\", ['"'] = '"', n = "\n" }

--- A label's value from behind its first quote on, and where it ends.
local function read_value(text, at)
  local pieces = {}
  while true do
    local plain, special, behind = text:match('^([^\\"]*)([\\"])()', at)
    assert(plain, "a value has no end: " .. text)
    pieces[#pieces + 1] = plain
    if special == '"' then
      return table.concat(pieces), behind
    end
    local escape = ESCAPES[text:sub(behind, behind)]
    pieces[#pieces + 1] = assert(escape, "no such escape: " .. text)
    at = behind + 1
  end
end

--- Labels from behind the brace on, and where they end.
local function read_labels(text, at)
  local labels = {}
  while true do
    local name, behind = text:match('^([%a_][%w_]*)="()', at)
    assert(name and not name:find "^__", "not a label: " .. text)
    assert(not labels[name], "a label twice: " .. text)
    labels[name], at = read_value(text, behind)
    local stop = text:sub(at, at)
    at = at + 1
    if stop == "}" then
      return labels, at
    end
    assert(stop == ",", "not between labels: " .. text)
  end
end

--- Labels in one order, as a key.
local function key_of(name, labels)
  local list = {}
  for label, value in pairs(labels) do
    list[#list + 1] = ("%s=%q"):format(label, value)
  end
  table.sort(list)
  return name .. "{" .. table.concat(list, ",") .. "}"
end

--- A sample: its name, labels and value, without a timestamp.
local function read_sample(line)
  local name, at = line:match "^([%a_:][%w_:]*)()"
  assert(name, "not a sample: " .. line)
  local labels = {}
  if line:sub(at, at) == "{" then
    labels, at = read_labels(line, at + 1)
  end
  local text = line:match("^ (%S+)$", at)
  local value = tonumber(text)
  assert(value and value >= 0, "not a value: " .. line)
  return { name = name, labels = labels, value = value }
end

--- Whose sample this is: a histogram's have endings, a counter's is called so.
local function belongs(family, name, sample)
  if family.type ~= "histogram" then
    return sample.name == name
  end
  local ending = sample.name:sub(#name + 1)
  return sample.name:sub(1, #name) == name
    and (ending == "_bucket" or ending == "_sum" or ending == "_count")
end

--- Buckets go up, the last one is +Inf and has what _count has.
local function check_histogram(name, family)
  local bound, count, last = -math.huge, 0, nil
  local single = {}
  for _, sample in ipairs(family.samples) do
    if sample.name == name .. "_bucket" then
      local le = sample.labels.le
      local number = le == "+Inf" and math.huge or tonumber(le)
      assert(number and number > bound, name .. ": bounds do not go up: " .. tostring(le))
      assert(sample.value >= count, name .. ": buckets do not go up")
      bound, count, last = number, sample.value, le
    else
      assert(not single[sample.name], sample.name .. " twice")
      single[sample.name] = sample.value
    end
  end
  assert(last == "+Inf", name .. " has no +Inf")
  assert(single[name .. "_count"] == count, name .. "_count is not +Inf's")
  assert(single[name .. "_sum"], name .. " has no sum")
end

--- The comments in front of a family: which, its help and its type.
local function read_head(line, following)
  local name, help = line:match "^# HELP ([%a_:][%w_:]*) (.+)$"
  assert(name, "not a HELP: " .. line)
  local typed, kind = (following or ""):match "^# TYPE (%S+) (%l+)$"
  assert(typed == name and TYPES[kind], "no TYPE behind: " .. line)
  assert((kind == "counter") == (name:find "_total$" ~= nil), "a counter ends with _total: " .. name)
  return name, { help = help, type = kind, samples = {} }
end

--- Read it whole: the families by name, each once, HELP and TYPE before samples.
---@param text string
---@return table<string, support.Family>
local function parse(text)
  assert(text:sub(-1) == "\n", "the last line has no end")
  local lines, families, seen = {}, {}, {}
  for line in text:gmatch "([^\n]*)\n" do
    lines[#lines + 1] = line
  end
  local i, name = 1, nil
  while i <= #lines do
    if lines[i]:sub(1, 1) == "#" then
      local family
      name, family = read_head(lines[i], lines[i + 1])
      assert(not families[name], "a family twice: " .. name)
      families[name] = family
      i = i + 2
    else
      local sample = read_sample(lines[i])
      local key = key_of(sample.name, sample.labels)
      assert(name and belongs(families[name], name, sample), "not of its family: " .. lines[i])
      assert(not seen[key], "a series twice: " .. lines[i])
      seen[key] = true
      table.insert(families[name].samples, sample)
      i = i + 1
    end
  end
  for family, about in pairs(families) do
    if about.type == "histogram" then
      check_histogram(family, about)
    end
  end
  return families
end

--- The value of the one sample of a family with these labels, and no fewer; nil
--- when there is none.
---@param families table<string, support.Family>
---@param name string
---@param labels table<string, string>|nil
---@return number|nil
local function value(families, name, labels)
  local key = key_of(name, labels or {})
  for _, sample in ipairs(assert(families[name], "no family " .. name).samples) do
    if key_of(sample.name, sample.labels) == key then
      return sample.value
    end
  end
  return nil
end

return { parse = parse, value = value }
