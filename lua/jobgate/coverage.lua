--- Which part of the contract has a client met? Counted in the journals that
--- `serve --journal` and `run --journal` write, of one run or of several.

local contract = require "jobgate.coverage_contract"
local journal_file = require "jobgate.journal_file"

local bytes = journal_file.bytes

---@class jobgate.CoverageOptions
---@field require table<string, { least: integer }|{ percent: number }>|nil of errors, statuses,
--- operations: how many, or how many of a hundred, must have been met
---@field log integer|nil so many requests are listed; none when absent
---@field progress fun(done: integer, total: integer|nil)|nil

---@class jobgate.Coverage
---@field journals string[]
---@field policies string[] names, as the journals begin with them
---@field command string|nil what was run, where the caller has set it
---@field temporary boolean|nil the same: the journals are not kept
---@field requests integer
---@field broken integer decisions at which a policy broke
---@field first integer|nil time of the first request, of its host's clock
---@field last integer|nil
---@field errors jobgate.CoverageRow[] documented for this API, each statement once
---@field others jobgate.CoverageRow[] other rows that were met
---@field undocumented { code: string, http: integer, hits: integer }[] of a policy's own
---@field statuses jobgate.CoverageCounter[] the thirteen: a client was told of one, or
--- refused because of it
---@field operations jobgate.CoverageCounter[]
---@field transitions jobgate.CoverageTransition[] that jobs have made
---@field faults { name: string, hits: integer }[] that clients have met
---@field required jobgate.CoverageRequirement[]|nil
---@field log jobgate.CoverageRequest[]|nil in the order of the journals
---@field log_left_out integer|nil requests beyond those
---@field warnings string[]

---@class jobgate.CoverageCounter
---@field name string
---@field hits integer
---@field hint string|nil what would bring it about, where it was not met

---@class jobgate.CoverageRow
---@field name string the row: "E15"
---@field hits integer
---@field hint string|nil as above
---@field code string
---@field http integer
---@field message string
---@field operations string
---@field source string
---@field same string[]|nil rows of other pages that say the same

---@class jobgate.CoverageTransition
---@field from string|nil nil: CreateJob
---@field to string
---@field by "CreateJob"|"Ready"|"Cancelled"|"UpdateJobPriority"|"tick"
---@field hits integer

---@class jobgate.CoverageRequirement
---@field what "errors"|"statuses"|"operations"
---@field least integer
---@field met integer
---@field of integer
---@field fine boolean
---@field missing { name: string, hint: string }[] what was not met, and what would bring it about

---@class jobgate.CoverageRequest
---@field time integer of the host's clock
---@field space string|nil
---@field method string
---@field target string
---@field operation string|nil
---@field job string|nil
---@field before string|nil
---@field after string|nil
---@field requested string|nil
---@field result "accepted"|"refused"|"broken"|"dropped"
---@field http integer
---@field code string|nil
---@field row string|nil
---@field rule { file: string, line: integer, name: string|nil }|nil
---@field faults table[]|nil each with its "rule", and what it was: { delay = 5 }

local Count = {}
Count.__index = Count

-- ---- counting -----------------------------------------------------------------

local function named(names)
  local list, index = {}, {}
  for i, name in ipairs(names) do
    list[i] = { name = name, hits = 0 }
    index[name] = list[i]
  end
  return list, index
end

local function hit(counter)
  if counter then
    counter.hits = counter.hits + 1
  end
end

--- One more of what has this key, made when it is new.
local function hit_new(list, index, key, new)
  if not index[key] then
    new.hits = 0
    index[key], list[#list + 1] = new, new
  end
  hit(index[key])
end

function Count:error(decision, http)
  local row = self.rows[decision.row or ""]
  if row and row.hits == 0 and not row.name:find "^E" then
    table.insert(self.result.others, row)
  end
  if row then
    hit(row)
  elseif decision.code then
    hit_new(self.result.undocumented, self.index, "code" .. decision.code .. http,
      { code = bytes(decision.code), http = http })
  end
end

function Count:transition(from, to, by)
  hit_new(self.result.transitions, self.index, ("%s>%s>%s"):format(from or "", to, by),
    { from = from, to = to, by = by })
end

--- Which statuses was the client told, or refused for?
function Count:told(decision, accepted, body)
  if decision.operation == "ListJobs" then
    for status in body:gmatch "<Status>(%a+)</Status>" do
      hit(self.statuses[status])
    end
  elseif decision.operation ~= "CreateJob" then
    hit(self.statuses[accepted and decision.after or decision.before or ""])
  end
end

local function result_of(line)
  local status = line.answer.status
  if status == 0 then
    return "dropped"
  elseif status < 300 then
    return "accepted"
  end
  return line.decision.trace and "broken" or "refused"
end

function Count:keep(line, result)
  local log, decision = self.result.log, line.decision
  if not log then
    return
  elseif #log >= self.most then
    self.result.log_left_out = self.result.log_left_out + 1
    return
  end
  local rule = decision.rule
  log[#log + 1] = {
    time = line.time, space = line.space, method = bytes(line.request.method),
    target = bytes(line.request.target), operation = decision.operation,
    job = bytes(decision.job), before = decision.before, after = decision.after,
    requested = bytes(decision.requested), result = result, http = line.answer.status,
    code = bytes(decision.code), row = decision.row, faults = decision.faults,
    rule = rule and { file = bytes(rule.file), line = rule.line, name = bytes(rule.name) },
  }
end

function Count:request(line)
  local decision, result = line.decision, self.result
  local outcome = result_of(line)
  -- What was done counts as done, also where a fault has kept the answer back.
  local accepted = outcome == "accepted" or outcome == "dropped" and not decision.row
  result.requests = result.requests + 1
  result.first, result.last = result.first or line.time, line.time
  result.broken = result.broken + (decision.trace and 1 or 0)
  hit(self.operations[decision.operation])
  self:error(decision, line.answer.status)
  if outcome ~= "dropped" then
    self:told(decision, accepted, bytes(line.answer.body))
  end
  for _, fault in ipairs(decision.faults or {}) do
    for _, name in ipairs(contract.faults) do
      hit(fault[name] and self.faults[name])
    end
  end
  if accepted and decision.operation == "CreateJob" and decision.after then
    self:transition(nil, decision.after, "CreateJob")
  elseif accepted and decision.operation == "UpdateJobStatus" and decision.after then
    self:transition(decision.before, decision.after,
      bytes(decision.requested) or decision.operation)
  elseif accepted and decision.before ~= decision.after and decision.after then
    self:transition(decision.before, decision.after, decision.operation)
  end
  self:keep(line, outcome)
end

function Count:event(line)
  self.result.broken = self.result.broken + (line.trace and 1 or 0)
  if not line.trace then
    self:transition(line.before, line.after, "tick")
  end
end

local function count_file(count, path, progress)
  local journal <close> = journal_file.open(path)
  local policies = count.result.policies
  local name = journal:policy()
  if not count.index["policy" .. name] then
    count.index["policy" .. name], policies[#policies + 1] = true, name
  end
  journal:each(function(line)
    if line.kind == "request" or line.kind == "event" then
      count[line.kind](count, line)
    end
  end, progress)
  if journal.truncated then
    table.insert(count.result.warnings, ("%s:%d: %s"):format(path, journal.truncated,
      journal_file.CUT))
  end
end

-- ---- requirements -------------------------------------------------------------

local function add_hints(result)
  for what, hint in pairs(contract.hints) do
    for _, counter in ipairs(result[what]) do
      counter.hint = counter.hits == 0 and hint(counter.name) or nil
    end
  end
end

local function requirement(result, what, wanted)
  local counters, missing = result[what], {}
  for _, counter in ipairs(counters) do
    if counter.hits == 0 then
      missing[#missing + 1] = { name = counter.name, hint = counter.hint }
    end
  end
  local met = #counters - #missing
  local least = wanted.least or math.ceil(#counters * wanted.percent / 100)
  return { what = what, least = least, met = met, of = #counters, fine = met >= least,
    missing = missing }
end

local function by_name(a, b)
  return a.name < b.name
end

local function count_all(journals, options)
  local errors, rows = contract.catalogue()
  local result = {
    journals = journals, policies = {}, requests = 0, broken = 0, errors = errors, others = {},
    undocumented = {}, transitions = {}, warnings = {},
    log = options.log and {} or nil, log_left_out = options.log and 0 or nil,
  }
  local count = setmetatable({ result = result, rows = rows, index = {}, most = options.log or 0 },
    Count)
  result.statuses, count.statuses = named(contract.statuses)
  result.operations, count.operations = named(contract.operations)
  result.faults, count.faults = named(contract.faults)
  for _, path in ipairs(journals) do
    count_file(count, path, options.progress)
  end
  table.sort(result.others, by_name)
  add_hints(result)
  for _, what in ipairs { "errors", "statuses", "operations" } do
    local wanted = (options.require or {})[what]
    if wanted then
      result.required = result.required or {}
      table.insert(result.required, requirement(result, what, wanted))
    end
  end
  return result
end

--- What the clients of these journals have met. nil and a sentence when one cannot
--- be read.
---@param journals string[] paths
---@param options jobgate.CoverageOptions|nil
---@return jobgate.Coverage|nil, string|nil
return function(journals, options)
  return journal_file.attempt(count_all, journals, options or {})
end
