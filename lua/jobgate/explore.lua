--- Every path of jobs under a policy, breadth first, on real hosts.
---
--- Several hosts go the same way in lockstep: each event is done on all of them,
--- from the same state, and then they go back. A host that is named twice does it
--- twice. The way to a state is gone once for all that begins there: a snapshot
--- lies at each place on the way to where the walk is, and what comes next in
--- breadth lies close to what came before.
---
--- It begins on a host without jobs, where the first that happens is a CreateJob. Statuses
--- that were not reached so begin once more with a job that is arranged in them;
--- what is found from there is marked. And beside a crowd of other jobs, if there is
--- one, a job in each status is asked about.

local events = require "jobgate.explore_events"
local rules  = require "jobgate.explore_rules"
local state  = require "jobgate.explore_state"

local DEEPEST = 900 -- a space has 1000 snapshots
local STATES  = 2000
local DRAWS   = 3   -- with chances: so many requests make a difference

---@class jobgate.explore.Options
---@field states integer|nil at most so many; 2000 when absent
---@field jobs integer|nil so many beside each other; 1 when absent
---@field wait integer|nil seconds: it is an event, too, that they pass; and times count
---@field reasons string[]|nil of UpdateJobStatus; "" when absent
---@field arranged "all"|false|nil in every status a job is arranged; in none
---@field crowd jobgate.Job[]|nil a job in every status is also asked about beside these
---@field only jobgate.explore.Step|nil nothing but this, which was asked beside a crowd
---@field journal boolean|nil the first host's entries are read after each event
---@field progress fun(done: integer, total: integer|nil)|nil

--- A state of all hosts, and how it is reached first.
---@class jobgate.explore.Node
---@field parent jobgate.explore.Node|nil nil: no jobs
---@field event jobgate.explore.Event|nil
---@field answers jobgate.explore.Answer[]|nil of the event, by host
---@field depth integer
---@field statuses string[] of the jobs, on the first host
---@field pictures string[] by host
---@field times integer[] by host
---@field arranged boolean
---@field following jobgate.explore.Node[] where its events lead
---@field open boolean|nil true: not all of them were followed
---@field crowd jobgate.Job[]|nil that are arranged, too

---@class jobgate.explore.Step
---@field node jobgate.explore.Node
---@field event jobgate.explore.Event
---@field answers jobgate.explore.Answer[] by host
---@field pictures string[] by host, afterwards
---@field ids string[][] by host, afterwards
---@field statuses string[][] by host, afterwards
---@field entries (fun(i: integer): table[]) what the journals of host i say of it

---@class jobgate.explore.Summary
---@field nodes jobgate.explore.Node[] the states, in breadth
---@field paths integer events that were tried, in all states together
---@field finished boolean false: there are more states than were allowed
---@field reached table<string, jobgate.explore.Node> where a status is seen first, not arranged

---@class jobgate.explore.Walk
---@field package hosts jobgate.Host[]
---@field package unique integer[] the place where each host is named first
---@field package stack jobgate.explore.Node[] the way to where the walk is
local Walk = {}
Walk.__index = Walk

-- ---- going there --------------------------------------------------------------

local function mark(host, depth)
  local made = assert(host:control("POST", "snapshots", nil, { name = "d" .. depth }))
  return made.sequence
end

function Walk:do_on(i, node, event)
  local answer = events.perform(self.hosts[i], event, node.ids[i])
  self.dirty[self.hosts[i]] = true
  return answer
end

function Walk:rewind(i, depth)
  local host = self.hosts[i]
  if self.dirty[host] then
    assert(host:restore("d" .. depth))
    self.dirty[host] = false
  end
end

local function way_to(node)
  local way = {}
  while node do
    table.insert(way, 1, node)
    node = node.parent
  end
  return way
end

--- Go to a state: back to where the ways part, then on. False: it is not the
--- state that it was when it was found.
function Walk:enter(node)
  local way, common = way_to(node), 1
  while way[common + 1] and way[common + 1] == self.stack[common + 1] do
    common = common + 1
  end
  local same = true
  for _, i in ipairs(self.unique) do
    self.dirty[self.hosts[i]] = true
    self:rewind(i, common)
    for depth = common + 1, #way do
      self:do_on(i, way[depth - 1], way[depth].event)
      self.sequences[i][depth] = mark(self.hosts[i], depth)
    end
    self.dirty[self.hosts[i]] = false
    same = same and (common == #way or state.picture(self.hosts[i]) == node.pictures[i])
  end
  self.stack = way
  return same
end

-- ---- a step -------------------------------------------------------------------

local function is_request(event)
  return events.is_request[event.operation]
end

--- What the journals of host i say of the step that it has just done.
function Walk:entries(i, node, event)
  local host, since = self.hosts[i], self.sequences[self.first[i]][node.depth]
  if is_request(event) then
    return (host:journal { since = since, limit = 1 })
  end
  return (host:events(since))
end

--- The counts of host i after a step.
function Walk:counted(i, node, event, entries)
  local facts, before = self.facts[i], node.counts[i]
  return facts.counts and rules.count(facts, before, entries or self:entries(i, node, event))
    or before
end

--- Two nodes of the same key are one.
function Walk:key(node)
  local keys = {}
  for i, picture in ipairs(node.pictures) do
    local key = state.key(picture, node.times[i], self.wait ~= nil) .. rules.text(node.counts[i])
    if key ~= keys[#keys] then
      keys[#keys + 1] = key
    end
  end
  return table.concat(keys, "\n") .. node.draws
end

--- The state in which a step has left the hosts, as a node that may be known.
function Walk:arrive(step)
  local node = step.node
  local after = {
    parent = node, event = step.event, answers = step.answers, depth = node.depth + 1,
    statuses = step.statuses[1], pictures = step.pictures, ids = step.ids, times = {},
    counts = step.counts, arranged = node.arranged or step.event.operation == "arrange",
    draws = self.chance and math.min(node.draws + 1, DRAWS) or 0, following = {},
  }
  for i = 1, #self.hosts do
    after.times[i] = step.answers[i].time or node.times[i]
  end
  after.key = self:key(after)
  return after
end

--- Has the step left everything as it was?
local function is_still(step)
  for i, picture in ipairs(step.pictures) do
    if picture ~= step.node.pictures[i] or step.answers[i].time
      or step.counts[i] ~= step.node.counts[i] then
      return false
    end
  end
  return true
end

--- Do an event on each host, from the state in which the walk is.
function Walk:step(node, event)
  local step = { node = node, event = event, answers = {}, pictures = {}, ids = {}, statuses = {},
                 counts = {} }
  local kept
  step.entries = function(i)
    return i == 1 and kept or self:entries(i, node, event)
  end
  for i, host in ipairs(self.hosts) do
    self:rewind(i, node.depth)
    step.answers[i] = self:do_on(i, node, event)
    step.pictures[i] = state.picture(host)
    if step.pictures[i] == node.pictures[i] then
      step.ids[i], step.statuses[i] = node.ids[i], node.all_statuses[i]
    else
      step.ids[i], step.statuses[i] = state.jobs_in(step.pictures[i])
    end
    if i == 1 and self.journal and event.operation ~= "arrange" then
      kept = self:entries(i, node, event)
    end
    step.counts[i] = self:counted(i, node, event, i == 1 and kept)
  end
  return step
end

-- ---- the walk -----------------------------------------------------------------

--- Note which statuses are seen, for the first time.
function Walk:see(node, step)
  for _, status in ipairs(node.statuses) do
    self.reached[status] = self.reached[status] or node
  end
  for _, fired in ipairs(step.answers[1].fired or {}) do
    self.reached[fired.after] = self.reached[fired.after] or node
  end
end

--- Where the step leads; nil: nowhere that may be.
function Walk:add(step)
  local node = step.node
  if is_still(step) and not self.chance then
    return node
  end
  local after = self:arrive(step)
  local known = self.known[after.key]
  if known then
    return known
  end
  if #self.nodes >= self.states or after.depth > DEEPEST then
    self.finished = false
    return nil
  end
  after.all_statuses = step.statuses
  self.known[after.key] = after
  self.nodes[#self.nodes + 1] = after
  if not after.arranged then
    self:see(after, step)
  end
  if self.progress and #self.nodes % 50 == 0 then
    self.progress(#self.nodes)
  end
  return after
end

--- Is it the event again that is wanted?
local function is_again(event, wanted)
  return not wanted or event.operation == wanted.operation and event.status == wanted.status
    and event.reason == wanted.reason and event.confirmation == wanted.confirmation
end

--- Try everything from a state; cells: requests, whose effects nobody follows, or
--- only one that is wanted.
function Walk:expand(node, visit, cells, wanted)
  if not self:enter(node) then
    visit { node = node, astray = true }
    node.open = true
    return
  end
  local scope = cells and self.cells or node.arranged and self.alone or self.scope
  for _, event in ipairs(events.possible(node.statuses, node.depth, scope)) do
    local step = is_again(event, wanted) and self:step(node, event)
    self.paths = self.paths + (step and 1 or 0)
    local after = step and visit(step) ~= false and not cells and self:add(step)
    if after then
      node.following[#node.following + 1] = after
    else
      node.open = true
    end
  end
end

function Walk:run(from, visit)
  for i = from, math.huge do
    if not self.nodes[i] then
      return
    end
    self:expand(self.nodes[i], visit)
  end
end

--- Begin once more with a job in each status, or in those that were not reached.
function Walk:arrange(visit, all)
  local root, from = self.nodes[1], #self.nodes + 1
  self:enter(root)
  for _, status in ipairs(events.STATUSES) do
    if all or not self.reached[status] then
      self:add(self:step(root, { operation = "arrange", status = status }))
    end
  end
  self:run(from, visit)
end

--- A state that is no part of the walk.
function Walk:arranged_at(node, event)
  self:enter(node)
  local step = self:step(node, event)
  local after = self:arrive(step)
  after.all_statuses = step.statuses
  return after
end

--- Ask about a job in each status beside others, or about one that is wanted.
function Walk:beside(crowd, visit, wanted)
  local there = self:arranged_at(self.nodes[1], { operation = "arrange", jobs = crowd })
  for _, status in ipairs(wanted and { wanted.node.event.status } or events.STATUSES) do
    local node = self:arranged_at(there, { operation = "arrange", status = status })
    node.crowd = crowd
    self:expand(node, visit, true, wanted and wanted.event)
  end
end

--- What is explored with these hosts: events and how far.
local function prepare(self, options)
  local operations = {}
  for i, host in ipairs(self.hosts) do
    self.facts[i] = self.first[i] < i and self.facts[self.first[i]] or rules.facts(host)
    self.chance = self.chance or self.facts[i].chance
    for operation in pairs(self.facts[i].operations) do
      operations[operation] = true
    end
  end
  local reasons = options.reasons or { "" }
  self.scope = { jobs = options.jobs or 1, wait = options.wait, reasons = reasons,
                 operations = operations }
  self.alone = { jobs = 0, wait = options.wait, reasons = reasons, operations = operations }
  self.cells = { jobs = operations.CreateJob and math.huge or 0, reasons = reasons,
                 operations = operations, cells = true }
end

local function start(self)
  local root = { depth = 1, statuses = {}, all_statuses = {}, pictures = {}, times = {}, ids = {},
                 counts = {}, arranged = false, draws = 0, following = {} }
  for i, host in ipairs(self.hosts) do
    root.pictures[i], root.times[i] = state.picture(host), host:time()
    root.ids[i], root.all_statuses[i], root.counts[i] = {}, {}, {}
    self.sequences[i] = { mark(host, 1) }
  end
  root.key = self:key(root)
  self.known[root.key] = root
  self.stack, self.nodes = { root }, { root }
end

--- Explore. `visit` is called for each event in each state, with what came of
--- it; where it returns false, nobody goes on. Once more with `astray` for a state
--- that the same events did not lead to again. The hosts are new ones, and are no
--- good for anything else afterwards.
---@param hosts jobgate.Host[] a host may stand in it more than once
---@param options jobgate.explore.Options
---@param visit fun(step: jobgate.explore.Step): boolean|nil
---@return jobgate.explore.Summary
local function explore(hosts, options, visit)
  local self = setmetatable({
    hosts = hosts, unique = {}, first = {}, facts = {}, dirty = {}, sequences = {}, known = {},
    reached = {}, paths = 0, finished = true, journal = options.journal, wait = options.wait,
    states = options.states or STATES, progress = options.progress, chance = false,
  }, Walk)
  local place = {}
  for i, host in ipairs(hosts) do
    if not place[host] then
      place[host], self.unique[#self.unique + 1] = i, i
    end
    self.first[i] = place[host]
  end
  prepare(self, options)
  start(self)
  if not options.only then
    self:run(1, visit)
  end
  if options.arranged ~= false and not options.only then
    self:arrange(visit, options.arranged == "all")
  end
  if options.crowd then
    self:beside(options.crowd, visit, options.only)
  end
  return { nodes = self.nodes, paths = self.paths, finished = self.finished,
           reached = self.reached }
end

return explore
