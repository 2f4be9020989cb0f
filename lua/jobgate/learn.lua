--- learn: the fewest rules that answer as the policy behind a journal has answered.
---
---     local learn = require "jobgate.learn"
---     local learned = assert(learn { "journal.jsonl" })
---     print(learned.source)
---
--- "Fewest" is of each operation, and of ticks, with rules that speak of one operation
--- each: no shorter list of rules answers all cells as they were answered. Where
--- conditions are needed each cell is said with as few as it needs, and rules are
--- shared between cells as far as learn_cover says.

local core         = require "jobgate.core"
local journal_file = require "jobgate.journal_file"
local observe      = require "jobgate.learn_observe"
local rules        = require "jobgate.learn_rules"
local source       = require "jobgate.learn_source"

local UNKNOWN = "E15" -- what answers where nobody knows

---@class jobgate.LearnOptions
---@field unknown string|nil a row, by id or name: what the policy answers in cells that were
--- never seen; "E15" when absent
---@field readings table<string, string>|nil under which the policy must load; those of the
--- first journal when absent
---@field progress fun(done: integer, total: integer|nil)|nil

---@class jobgate.Learned
---@field source string the policy
---@field rules jobgate.Learned.Rule[] in their order
---@field cells jobgate.Learned.Cell[] that were seen
---@field unknown { from: string, to: string }[] cells of UpdateJobStatus that were not
---@field unasked { operation: string, from: string[]|nil }[] other operations, and the statuses
--- of which; they are accepted
---@field stays { status: string, seconds: integer }[] statuses that no job has left by itself,
--- and how long one was seen to stay
---@field conflicts jobgate.Learned.Conflict[]
---@field requests integer
---@field events integer
---@field left_out { checks: integer, in_front: integer, broken: integer, dropped: integer,
--- spoilt: integer } requests and events that say nothing of the policy: answered before it,
--- by a rule in front, broken, dropped before anything was decided, spoilt by a fault
---@field journals string[]
---@field policies string[] names, as the journals begin with them
---@field reason string|nil one that was given, where rules ask for a reason
---@field readings string "NAME=VALUE,...", as the core takes them
---@field warnings string[]

--- Readings as the core takes them: those that were asked for, or the journal's.
local function readings_of(journals, options)
  if options.readings and next(options.readings) then
    local list = {}
    for name, value in pairs(options.readings) do
      list[#list + 1] = name .. "=" .. value
    end
    table.sort(list)
    return table.concat(list, ",")
  end
  local journal <close> = journal_file.open(journals[1])
  return type(journal.header.readings) == "string" and journal.header.readings or ""
end

--- The catalogue: rows by id and by name. It raises when there are no such readings.
local function catalogue_under(readings)
  local host, why = core.open { readings = readings ~= "" and readings or nil }
  if not host then
    error({ why = why }, 0)
  end
  local answer = host:request("GET", "/_jobgate/errors", { "Host", "127.0.0.1" })
  host:close()
  local by_id, by_name = {}, {}
  for _, row in ipairs(core.decode(answer.body).errors) do
    by_id[row.id], by_name[row.name] = row, row
  end
  return by_id, by_name
end

--- What a reader must know before the policy is trusted.
local function add_warnings(result, observations)
  local warnings = observations.warnings
  if #observations.policies > 1 then
    warnings[#warnings + 1] = ("the journals are of %d policies, which are learnt as one: %s")
      :format(#observations.policies, table.concat(observations.policies, ", "))
  end
  for _, readings in ipairs(observations.readings) do
    if readings ~= result.readings then
      warnings[#warnings + 1] = ("one was written under other readings: %s"):format(
        readings == "" and "the default" or readings)
    end
  end
  if observations.faults > 0 then
    warnings[#warnings + 1] = ("faults have met %d answers; they are not learnt"):format(
      observations.faults)
  end
  result.warnings = warnings
end

local function stays_of(observations)
  local list = {}
  for _, status in ipairs(require "jobgate.explore_events".STATUSES) do
    local cell = observations.cells[("tick %s -"):format(status)]
    if not cell or #cell.groups == 0 then
      list[#list + 1] = { status = status, seconds = cell and cell.stay and cell.stay.seconds or 0 }
    end
  end
  return list
end

--- A reason with which a check can try the rules that ask for one.
local function reason_of(result, observations)
  for _, rule in ipairs(result.rules) do
    if rule.when and rule.when:find("request.reason", 1, true) then
      return observations.reason
    end
  end
end

local function learn_all(journals, options)
  local readings = readings_of(journals, options)
  local by_id, by_name = catalogue_under(readings)
  local unknown = options.unknown or UNKNOWN
  local row = by_id[unknown] or by_name[unknown]
  if not row then
    return nil, ('unknown: there is no row "%s"; policies/README.md has them'):format(unknown),
      "usage"
  end
  local observations = observe(journals, by_id, options.progress)
  local result = rules.learn(observations)
  for _, rule in ipairs(result.rules) do
    rule.refuse = rule.unknown and { row = row.id, code = row.code, http = row.http,
                                     message = row.message } or rule.refuse
  end
  for _, name in ipairs { "requests", "events", "left_out", "policies" } do
    result[name] = observations[name]
  end
  result.journals, result.readings = journals, readings
  result.stays, result.reason = stays_of(observations), reason_of(result, observations)
  add_warnings(result, observations)
  result.source = source.source(result, by_id)
  local host = assert(core.open { policy_source = result.source,
                                  readings = readings ~= "" and readings or nil })
  host:close()
  return result
end

--- Learn. nil and a sentence when a journal cannot be read.
---@param journals string[] paths
---@param options jobgate.LearnOptions|nil
---@return jobgate.Learned|nil, string|nil, "usage"|nil
local function learn(journals, options)
  local fine, result, why, kind = pcall(learn_all, journals, options or {})
  if fine then
    return result, why, kind
  elseif type(result) == "table" and result.why then
    return nil, result.why
  end
  return error(result, 0)
end

return learn
