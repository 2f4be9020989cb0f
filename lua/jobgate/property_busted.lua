--- A sequence that shows that a property does not hold, as a busted spec to paste.

local source  = require "jobgate.property_source"
local witness = require "jobgate.witness"

local M = {}

local HEAD = 'local jobgate = require "jobgate"\n\n'

--- Lines behind others.
local function append(lines, more)
  return table.move(more, 1, #more, #lines + 1, lines)
end

local function indented(lines, by)
  return (table.concat(lines, "\n"):gsub("[^\n]+", by .. "%0"))
end

local function test(title, lines, before)
  return ("%s%sit(%q, function()\n%s\nend)\n"):format(HEAD, before or "", title,
    indented(lines, "  "))
end

local function opened(case, name, more)
  return ("local %s <close> = %s"):format(name, witness.opening(case.setting, more))
end

--- All commands but the last, on `host`; the last one as a call.
local function split(case)
  local sequence = case.sequence
  return witness.statements(sequence, #sequence - 1), witness.call(sequence[#sequence])
end

-- ---- model against host ---------------------------------------------------------

local function equal(wanted, got)
  return wanted == nil and ("assert.is_nil(%s)"):format(got)
    or ("assert.equal(%s, %s)"):format(source.data(wanted), got)
end

--- What the model expects of the last answer.
local function answer_lines(call, expected)
  return {
    "local answer = " .. call, equal(expected.http, "answer.status"),
    equal(expected.code, 'answer:find "/Error/Code"'),
    equal(expected.message, 'answer:find "/Error/Message"'),
    expected.status and equal(expected.status, 'answer:find "Status"') or nil,
  }
end

local function fired_lines(case, call)
  local lines = { "local _, events = " .. call, "local names, fired = {}, {}" }
  for _, command in ipairs(case.sequence) do
    if command.operation == "CreateJob" then
      lines[#lines + 1] = ("names[%s or 0] = %q"):format(command.job, command.job)
    end
  end
  return append(lines, {
    "for i, event in ipairs(events) do",
    '  fired[i] = ("%d %s %s %s"):format(event.time, names[event.job], event.before, event.after)',
    "end", "table.sort(fired)",
    ("assert.same(%s, fired)"):format(source.data(case.seen.fired)),
  })
end

--- How the jobs are afterwards.
local function job_lines(seen)
  if seen.count then
    return { ("assert.equal(%d, #host:jobs())"):format(seen.count) }
  elseif not seen.is then
    return { ("assert.is_nil(host:job(%s))"):format(seen.job) }
  end
  local status, priority = seen.is:match "(%a+) (%d+)"
  return { ("local job = host:job(%s)"):format(seen.job), equal(status, "job.status"),
           equal(math.tointeger(tonumber(priority)), "job.priority") }
end

function M.model(case)
  local seen, lines = case.seen, { opened(case, "host") }
  if seen.job or seen.count then
    return test(case.title, append(append(lines, witness.statements(case.sequence)),
      job_lines(seen)))
  end
  local before, call = split(case)
  append(lines, before)
  if seen.expected then
    append(lines, answer_lines(call, seen.expected))
  elseif seen.fired then
    append(lines, fired_lines(case, call))
  else
    lines[#lines + 1] = ("assert.%s((%s))"):format(seen.fails and "is_nil" or "is_truthy", call)
  end
  return test(case.title, lines)
end

-- ---- two that must be the same ----------------------------------------------------

--- A function that does all of it on a host, and gives what is to be compared.
local function act(case)
  local before, call = split(case)
  local is_request = case.sequence[#case.sequence].http ~= nil
  append(before, { (is_request and "local answer = tostring(%s)" or "local answer = { %s }")
    :format(call), "return answer, host:jobs()" })
  return { "local function act(host)", indented(before, "  "), "end" }
end

local COMPARED = {
  "local first, jobs = act(host)", "local second, others = act(other)",
  "assert.same(first, second)", "assert.same(jobs, others)",
}

function M.same(case)
  local lines = append(act(case), { opened(case, "host"), opened(case, "other") })
  return test(case.title, append(lines, COMPARED))
end

--- The function that was given, with what it needs.
local function given(name, f)
  local lines, module = {}, source.module_name(f)
  if module then
    return ("local %s = require %q\n\n"):format(name, module)
  end
  source.outside(f, { jobgate = true }, lines)
  local text = source.text(f)
  lines[#lines + 1] = text and ("local %s = %s"):format(name, text)
    or ("local %s -- the one that the property was given goes in here"):format(name)
  return table.concat(lines, "\n") .. "\n\n"
end

function M.http(case)
  local lines = append(act(case), {
    opened(case, "host"), opened(case, "served"),
    "local here = jobgate.property.in_process(host)",
    ("local other = jobgate.property.over_http(served%s)"):format(case.options.send and ", send"
      or ""),
  })
  local compared = append({}, COMPARED)
  compared[1] = "local first, jobs = act(here)"
  local send = case.options.send
  return test(case.title, append(lines, compared), send and given("send", send))
end

function M.replay(case)
  local lines = { "local path = os.tmpname()", "os.remove(path)", "do",
    "  " .. opened(case, "host", "journal = path"),
    indented(witness.statements(case.sequence), "  "), "end",
    "local result = assert(jobgate.replay(path))", "os.remove(path)",
    "assert.same({}, result.changed)", "assert.equal(0, result.incomparable.entries)",
    "assert.same({}, result.warnings)" }
  return test(case.title, lines)
end

-- ---- a property of the user's own, and what else is run again ---------------------

--- The sequence as data, a command a line, without what came of it.
local function sequence_text(sequence)
  local lines = {}
  for i, command in ipairs(sequence) do
    local bare = {}
    for key, value in pairs(command) do
      bare[key] = value
    end
    bare.http, bare.code, bare.fired, bare.before, bare.after = nil, nil, nil, nil, nil
    lines[i] = "    " .. source.data(bare) .. ",\n"
  end
  return table.concat(lines)
end

--- The user's own kinds that the sequence has, with their functions.
local function kinds_text(case, before)
  local texts, done = {}, {}
  for _, command in ipairs(case.sequence) do
    local kind = case.own[command.operation]
    if kind and not done[kind] then
      done[kind] = true
      before[#before + 1] = given("run_" .. #texts + 1, kind.run):gsub("\n\n$", "")
      texts[#texts + 1] = ("{ name = %q, generate = function() end, run = run_%d }"):format(
        kind.name, #texts + 1)
    end
  end
  return #texts > 0 and ("commands = { %s },\n  "):format(table.concat(texts, ", ")) or ""
end

--- The property itself, with this sequence alone.
function M.again(case)
  local policy, before = case.setting.policy, {}
  local kinds = kinds_text(case, before)
  local body = type(case.body) == "string" and ("%q"):format(case.body)
  if not body then
    source.outside(case.body, { jobgate = true }, before)
    body = source.text(case.body)
      or "function() --[[ the one that the property was given goes in here ]] end"
  end
  local readings = next(case.options.readings or {})
    and ("readings = %s, "):format(source.data(case.options.readings)) or ""
  return ("%s%sjobgate.property(%q, {\n  %s%sseed = %d, %ssequence = {\n%s  },\n}, %s)\n"):format(
    HEAD, #before > 0 and table.concat(before, "\n") .. "\n\n" or "", case.title,
    policy and ("policy = %s, "):format(source.data(policy)) or "", readings, case.setting.seed,
    kinds, sequence_text(case.sequence), body)
end

--- A spec of a case, which fails as the property does.
---@param case table title, sequence, setting, seen, body, options, own
---@return string
function M.spec(case)
  local by_name = type(case.body) == "string" and next(case.own) == nil and #case.sequence > 0
    and M[case.body]
  if by_name and (case.body ~= "model" or case.seen) then
    return by_name(case)
  end
  return M.again(case)
end

return M
