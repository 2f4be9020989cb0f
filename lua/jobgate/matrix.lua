--- Every decision of a policy: each of the thirteen statuses with each request,
--- what happens by itself, and how jobs begin.

local graph = require "jobgate.graph"
local jobgate = require "jobgate"
local outcomes = require "jobgate.matrix_outcomes"

---@class jobgate.RulePlace
---@field file string
---@field line integer
---@field rule integer|nil its number in the list; nil: a policy that is a function
---@field name string|nil
---@field because string|nil

---@class jobgate.Matrix
---@field policy string
---@field statuses string[] the thirteen, in the order of a life
---@field requests string[] "Ready", "Cancelled", "invalid", "missing"
---@field cells table<string, table<string, jobgate.Cell>> by status and request
---@field ticks table<string, jobgate.Cell> by status: what happens by itself; `after` says when
---@field priorities table<string, jobgate.Cell>|nil by status, where a new priority changes it
---@field create jobgate.Cell how a job begins: `become`, or New
---@field rules table[]|nil the rules in the order in which they are asked; nil: a function decides
---@field graph jobgate.Graph
---@field decisions integer how often the policy was asked

---@class jobgate.Cell
---@field outcomes jobgate.Outcome[]|nil in the order in which their rules are asked; nil: none
---@field faults jobgate.CellFault[]|nil of rules that leave the answer to others
---@field sampled integer|nil a function had its say: it was asked with so many samples

--- One of the answers that a cell may have: the first whose conditions hold.
---@class jobgate.Outcome
---@field become string|nil accepted, with this status
---@field accept true|nil accepted, and the status stays (a job that begins: New)
---@field code string|nil refused
---@field http integer|nil
---@field message string|nil
---@field row string|nil of the catalogue
---@field drop "before"|nil no answer and no change
---@field broken string|nil the policy breaks, with this message
---@field after integer|nil of a tick: seconds in the status
---@field rule jobgate.RulePlace|nil nil: answered before the policy
---@field conditions jobgate.Condition[]|nil nil: whenever it is asked
---@field sampled true|nil found with samples: there may be others

---@class jobgate.Condition
---@field what "when"|"times"|"chance"|"job"|"appid"
---@field times integer|nil
---@field per string|nil
---@field chance number|nil
---@field job string[]|nil
---@field appid string[]|nil

---@class jobgate.CellFault
---@field rule jobgate.RulePlace
---@field faults table<string, number|string> delay, slow, drop, truncate, garble
---@field conditions jobgate.Condition[]|nil

local statuses = require("jobgate.statuses").all

local requested = { "Ready", "Cancelled" }
local malformed = { invalid = "Nonsense", missing = false }

--- Answered before the policy is asked, so asked as a client does.
local function malformed_cell(host, status, request)
  local answer = host:update(status, malformed[request] or nil)
  local entry = answer:entry()
  return { outcomes = { {
    code = entry.code, http = entry.http, row = entry.row, message = answer:find "/Error/Message",
    rule = entry.rule,
  } } }
end

local function add_ticks(matrix, asker)
  for _, status in ipairs(statuses) do
    matrix.ticks[status] = asker:tick(status)
  end
end

--- A new priority is of interest where it gives a job another status.
local function add_priorities(matrix, asker)
  for _, status in ipairs(statuses) do
    local cell = asker:ask(status, { operation = "UpdateJobPriority", priority = 1 })
    for _, outcome in ipairs(cell.outcomes or {}) do
      if outcome.become then
        matrix.priorities = matrix.priorities or {}
        matrix.priorities[status] = cell
      end
    end
  end
end

local function gives_status(rules, operation)
  for _, rule in ipairs(rules) do
    for _, on in ipairs(rule.become and rule.on or {}) do
      if on == operation then
        return true
      end
    end
  end
  return false
end

--- One job of each status, with its name: what counts jobs finds some.
local function jobs()
  local list = {}
  for i, status in ipairs(statuses) do
    list[i] = { id = status, status = status }
  end
  return list
end

---@class jobgate.MatrixOptions
---@field readings table<string, string>|nil
---@field progress fun(done: integer, total: integer|nil)|nil

--- Ask a policy, a path, { source = TEXT } or { files = JSON } (jobgate.Options), about
--- everything. nil and a sentence when it does not load.
---@param policy string|{ source: string|nil, files: string|nil }
---@param options jobgate.MatrixOptions|nil
---@return jobgate.Matrix|nil, string|nil
return function(policy, options)
  options = options or {}
  local host <close>, why = jobgate.open {
    policy = type(policy) == "string" and policy or nil,
    policy_source = type(policy) == "table" and policy.source or nil,
    policy_files = type(policy) == "table" and policy.files or nil,
    readings = options.readings, jobs = jobs(),
  }
  if not host then
    return nil, why
  end
  local asker = outcomes.asker(host)
  local matrix = {
    policy = assert(host:policy()).name, statuses = statuses,
    requests = { "Ready", "Cancelled", "invalid", "missing" },
    cells = {}, ticks = {}, rules = #asker.rules > 0 and asker.rules or nil,
  }
  for i, status in ipairs(statuses) do
    local cells = {}
    for _, request in ipairs(requested) do
      cells[request] = asker:ask(status, { status = request })
    end
    for request in pairs(malformed) do
      cells[request] = malformed_cell(host, status, request)
    end
    matrix.cells[status] = cells
    if options.progress then
      options.progress(i, #statuses)
    end
  end
  add_ticks(matrix, asker)
  if gives_status(asker.rules, "UpdateJobPriority") then
    add_priorities(matrix, asker)
  end
  matrix.create = asker:ask("New", { operation = "CreateJob" })
  matrix.decisions = asker.decisions
  matrix.graph = graph(matrix)
  return matrix
end
