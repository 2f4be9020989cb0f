--- What check has found, as a busted spec to paste: it fails as long as the policy
--- does so.

local witness = require "jobgate.witness"

local M = {}

--- Lines behind others.
local function append(lines, more)
  return table.move(more, 1, #more, #lines + 1, lines)
end

local function opened(case, more)
  return { "local host <close> = " .. witness.opening(case.setting, more) }
end

--- All events but the last one; then the last one, whose answer is kept.
local function played(case, more)
  local sequence = case.sequence
  local lines = append(opened(case, more), witness.statements(sequence, #sequence - 1))
  local last = sequence[#sequence]
  lines[#lines + 1] = (last.http and "local answer = " or "") .. witness.call(last)
  return lines, last
end

--- The job that the last event is about, as an expression.
local function subject(case)
  local last = case.sequence[#case.sequence]
  return last.job or last.fired and last.fired[1] and last.fired[1].job or "job1"
end

--- Something about the entry of the last request, or about all events.
local function of_entries(case, of_request, of_event)
  local lines, last = played(case)
  if last.http then
    return witness.block(case.invariant, nil, append(lines, { "local entry = answer:entry()",
      table.unpack(of_request) }))
  end
  return witness.block(case.invariant, nil, append(lines, {
    "for _, entry in ipairs((host:events())) do", "  " .. of_event, "end" }))
end

--- A job that has finished stays so.
function M.finished(case)
  local lines = append(opened(case), witness.statements(case.sequence))
  lines[#lines + 1] = ('assert.equal(%q, host:job(%s).status)'):format(case.status, case.job)
  return witness.block(case.invariant, nil, lines)
end

function M.denial(case)
  return of_entries(case, {
    'local declared = table.concat(host:policy().declared.codes, " ")',
    "local found = (\" \" .. declared .. \" \"):find(\" \" .. entry.code .. \" \", 1, true)",
    "assert.is_truthy(entry.row or found)",
  })
end

function M.broken(case)
  return of_entries(case, { 'assert.are_not.equal("broken", entry.result)' },
    'assert.equal("fired", entry.result)')
end

function M.budget(case)
  local line = ("assert.is_true(entry.%s <= %d)"):format(case.what, case.most)
  return of_entries(case, { line }, line)
end

--- Once it is cancelled, or left alone, it ends.
function M.trap(case)
  local lines = append(opened(case), witness.statements(case.sequence))
  local job = subject(case)
  return witness.block(case.invariant, nil, append(lines, {
    "host:settle(86400)", ('host:update(%s, "Cancelled")'):format(job), "host:settle(86400)",
    "local finished = { Complete = true, Failed = true, Cancelled = true }",
    ("assert.is_true(finished[host:job(%s).status])"):format(job),
  }))
end

--- Done, taken back, and done again.
function M.same(case)
  local sequence = case.sequence
  local lines = append(opened(case), witness.statements(sequence, #sequence - 1))
  return witness.block(case.invariant, nil, append(lines, {
    ("local function act() return %s end"):format(witness.call(sequence[#sequence])),
    "local before = assert(host:snapshot())",
    "local first, jobs = tostring((act())), host:jobs()", "assert(host:restore(before))",
    "assert.equal(first, tostring((act())))", "assert.same(jobs, host:jobs())",
  }))
end

--- On two hosts.
function M.order(case)
  local sequence = case.sequence
  local lines = append(opened(case, "table_order = order"),
    witness.statements(sequence, #sequence - 1))
  lines[#lines + 1] = ("return tostring((%s)), host:jobs()"):format(
    witness.call(sequence[#sequence]))
  return witness.block(case.invariant,
    ("local function act(order)\n  %s\nend\n\n"):format(table.concat(lines, "\n  ")), {
      'local first, jobs = act "sorted"', 'local second, others = act "reversed"',
      "assert.equal(first, second)", "assert.same(jobs, others)",
    })
end

local function event_text(last)
  if not last.http then
    return '{ operation = "tick", time = host:time() }'
  end
  local fields = { ("operation = %q"):format(last.operation) }
  for _, name in ipairs { "status", "reason", "priority" } do
    if last[name] then
      fields[#fields + 1] = ("%s = %q"):format(name, last[name])
    end
  end
  return ('{ %s, http = answer.status,\n    code = answer:find "/Error/Code", time = host:time() }')
    :format(table.concat(fields, ", "))
end

--- An invariant of the policy's own.
function M.own(case)
  local lines, last = played(case, "invariants = true")
  local job, before = subject(case), "nil"
  if last.operation == "CreateJob" then
    lines[#lines + 1] = ('local %s = answer:find "JobId"'):format(job)
  elseif last.job or last.fired then
    before = "before"
    table.insert(lines, #lines, ("local before = host:job(%s)"):format(job))
  end
  local after = last.operation == "ListJobs" and "nil" or ("host:job(%s)"):format(job)
  lines[#lines + 1] = ("assert.same({}, host:violated(%s, %s, %s))"):format(before,
    event_text(last), after)
  return witness.block(case.invariant, nil, lines)
end

return M
