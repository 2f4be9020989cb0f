--- Journals as observations: what came of a cell, so many times, first where.
---
--- A cell is an operation, the job's status and, of UpdateJobStatus, the requested
--- one. Only answers of the policy count: what was wrong with a request, rules that
--- were put in front, and answers that a fault has kept back or spoilt are left out.

local core         = require "jobgate.core"
local facts_of     = require "jobgate.learn_facts"
local jobs_of      = require "jobgate.learn_jobs"
local journal_file = require "jobgate.journal_file"
local outcomes     = require "jobgate.learn_outcomes"

local bytes = journal_file.bytes

---@class jobgate.learn.Cell
---@field operation string
---@field from string|nil nil: CreateJob and ListJobs are about no status
---@field to string|nil of UpdateJobStatus
---@field groups jobgate.learn.Group[]
---@field late jobgate.learn.Group[] of ticks: how long it takes is not seen
---@field stay { seconds: integer, file: string, line: integer }|nil of ticks: the longest

---@class jobgate.learn.Observations
---@field cells table<string, jobgate.learn.Cell>
---@field requests integer
---@field events integer
---@field left_out table<string, integer> requests and events, by why
---@field policies string[]
---@field readings string[] as the journals say them
---@field reason string|nil the first that a client gave
---@field faults integer answers that a fault of the policy has met
---@field warnings string[]

local Reader = {}
Reader.__index = Reader

-- ---- cells --------------------------------------------------------------------

--- The key of a cell.
local function cell_key(operation, from, to)
  return ("%s %s %s"):format(operation, from or "-", to or "-")
end

function Reader:cell(operation, from, to)
  local key = cell_key(operation, from, to)
  local cells = self.result.cells
  cells[key] = cells[key] or
    { operation = operation, from = from, to = to, groups = {}, by_key = {}, late = {} }
  return cells[key]
end

--- Count an outcome under these facts.
function Reader:count(cell, outcome, facts, rule)
  local key = outcome.key .. "|" .. facts_of.signature(facts)
  local group = cell.by_key[key]
  if not group then
    self.order = self.order + 1
    group = { outcome = outcome, facts = facts, count = 0, file = self.path, line = self.line,
              order = self.order, names = {} }
    cell.by_key[key] = group
    if outcome.late then
      table.insert(cell.late, group)
    else
      table.insert(cell.groups, group)
    end
  end
  group.count = group.count + 1
  group.names[rule and bytes(rule.name) or ""] = true
end

function Reader:leave_out(why)
  local left_out = self.result.left_out
  left_out[why] = left_out[why] + 1
end

-- ---- requests -----------------------------------------------------------------

--- What CreateJob asks for, where its body can be read.
local function created_by(line)
  local body = bytes(line.request.body) or ""
  if line.decision.operation ~= "CreateJob" or line.request.body_bytes then
    return nil
  end
  local confirmation = core.find(body, "/CreateJobRequest/ConfirmationRequired")
  return {
    confirmation = confirmation == "true",
    priority = math.tointeger(tonumber(core.find(body, "/CreateJobRequest/Priority"))),
  }
end

--- The facts of a request. `about`: the job, or what would be created.
function Reader:facts(line, about, query)
  local facts = { confirmation = about and about.confirmation, priority = about and about.priority }
  if line.decision.operation == "UpdateJobPriority" then
    facts.requested = math.tointeger(tonumber(query.priority))
  elseif line.decision.operation == "UpdateJobStatus" then
    local reason = query.statusUpdateReason
    facts.has_reason = reason ~= nil and reason ~= ""
    self.result.reason = self.result.reason or facts.has_reason and reason or nil
  end
  return facts
end

--- A job has been there, and nothing has happened to it.
function Reader:stayed(line, job)
  if job and job.since and not job.backdated and line.time > job.since then
    local cell, seconds = self:cell("tick", job.status), line.time - job.since
    if not cell.stay or cell.stay.seconds < seconds then
      cell.stay = { seconds = seconds, file = self.path, line = self.line }
    end
  end
end

function Reader:request(line)
  local decision = line.decision
  self.result.requests = self.result.requests + 1
  local job, created = self.jobs:before(line), created_by(line)
  local facts = self:facts(line, created or job, jobs_of.query_of(bytes(line.request.target)))
  local why = outcomes.why_not(line)
  self:stayed(line, job)
  if why then
    self:leave_out(why)
  else
    self.result.faults = self.result.faults + (decision.faults and 1 or 0)
    local to = decision.operation == "UpdateJobStatus" and bytes(decision.requested) or nil
    self:count(self:cell(decision.operation, decision.before, to),
      outcomes.of_request(line, self.catalogue), facts, decision.rule)
  end
  if why ~= "dropped" then
    self.jobs:after(line, created, facts.requested)
  end
end

-- ---- events -------------------------------------------------------------------

function Reader:event(line)
  self.result.events = self.result.events + 1
  local job = self.jobs:before(line)
  if line.trace then
    return self:leave_out "broken"
  elseif outcomes.is_in_front(line.rule) then
    self:leave_out "in_front"
  else
    self:count(self:cell("tick", line.before), outcomes.of_event(line, job),
      { confirmation = job.confirmation, priority = job.priority }, line.rule)
  end
  self.jobs:after(line)
end

function Reader:control(line)
  self.jobs:control(line)
  local target = bytes(line.target)
  if target:find "^/_jobgate/policy" or target:find "^/_jobgate/readings" then
    self:changed("policy or readings")
  end
end

function Reader:space(line)
  self.jobs:space(line)
end

function Reader:reload()
  self:changed "policy"
end

--- What is learnt is then no one policy.
function Reader:changed(what)
  if not self.replaced then
    self.replaced = true
    self:warn("%s:%d: the %s changed; what came before and after is learnt as one", self.path,
      self.line, what)
  end
end

-- ---- files --------------------------------------------------------------------

function Reader:warn(format, ...)
  table.insert(self.result.warnings, format:format(...))
end

local function add_once(list, text)
  for _, each in ipairs(list) do
    if each == text then
      return
    end
  end
  list[#list + 1] = text
end

local takes = {
  request = Reader.request, event = Reader.event, control = Reader.control, space = Reader.space,
  reload = Reader.reload,
}

--- Begin with a journal's first line.
function Reader:begin(journal)
  local header = journal.header
  self.path, self.line, self.replaced = journal.path, 1, false
  self.jobs = jobs_of.new(header)
  add_once(self.result.readings, header.readings)
end

function Reader:read(journal, progress)
  add_once(self.result.policies, journal:policy())
  local begun, wrong = pcall(self.begin, self, journal)
  if not begun then
    journal:fail("is no first line of a journal: " .. tostring(wrong))
  end
  journal:each(function(line, number)
    self.line = number
    local take = takes[line.kind]
    if take then
      take(self, line)
    end
  end, progress)
  if journal.truncated then
    self:warn("%s:%d: %s", self.path, journal.truncated, journal_file.CUT)
  end
end

--- A tick whose time nobody saw takes the time of one that was seen, or that of the
--- earliest.
local function settle_late(cell)
  table.sort(cell.late, function(a, b)
    local first, second = a.outcome.after or math.huge, b.outcome.after or math.huge
    return first < second or first == second and a.order < b.order
  end)
  for _, group in ipairs(cell.late) do
    local become, most, known = group.outcome.become, group.outcome.after or math.huge, nil
    for _, other in ipairs(cell.groups) do
      local outcome = other.outcome
      if outcome.become == become and outcome.after <= most
        and (not known or outcome.after < known.after) then
        known = outcome
      end
    end
    local after = math.max(group.outcome.after or 1, 1)
    group.outcome = known or { kind = "become", become = become, after = after, at_most = true,
                               key = ("become %s after %d"):format(become, after) }
    table.insert(cell.groups, group)
  end
end

--- What these journals tell. Raises { why = } when one cannot be read.
---@param journals string[] paths
---@param catalogue table<string, table> rows by id
---@param progress fun(done: integer, total: integer|nil)|nil
---@return jobgate.learn.Observations
return function(journals, catalogue, progress)
  local result = {
    cells = {}, requests = 0, events = 0, faults = 0, policies = {}, readings = {}, warnings = {},
    left_out = { checks = 0, in_front = 0, broken = 0, dropped = 0, spoilt = 0 },
  }
  local reader = setmetatable({ result = result, catalogue = catalogue, order = 0 }, Reader)
  for _, path in ipairs(journals) do
    local journal <close> = journal_file.open(path)
    reader:read(journal, progress)
  end
  for _, cell in pairs(result.cells) do
    settle_late(cell)
  end
  return result
end
