--- What a journal tells of the jobs of its host, line by line: their status, since
--- when they have it, and what a rule may ask of them.
---
--- What it does not tell is nil: a job may have been arranged without an id, which the
--- host has drawn. Records never change, so a snapshot is a copy of the list. A job
--- that was deleted may stay: its id does not come again.

local core         = require "jobgate.core"
local journal_file = require "jobgate.journal_file"
local state        = require "jobgate.explore_state"

local APPID = "1250000000" -- where nothing is said
local bytes = journal_file.bytes

---@class jobgate.learn.Job
---@field status string
---@field since integer|nil when it took its status
---@field backdated boolean|nil it was arranged so: ticks may have been late
---@field confirmation boolean|nil ConfirmationRequired
---@field priority integer|nil

---@class jobgate.learn.Jobs
---@field package header table
---@field package spaces table<string, table>
local Jobs = {}
Jobs.__index = Jobs

local function key_of(appid, id)
  return (appid or APPID) .. "\0" .. id
end

--- A copy with other fields.
local function with(record, fields)
  local copy = {}
  for _, each in ipairs { record or {}, fields } do
    for name, value in pairs(each) do
      copy[name] = value
    end
  end
  return copy
end

-- ---- jobs that are arranged ---------------------------------------------------

local function seconds(time)
  return type(time) == "string" and state.seconds(time) or math.tointeger(time)
end

--- A job as the control API and jobs files take it.
local function arranged(fields, time)
  local since = fields.status_time and fields.status_time ~= 0 and seconds(fields.status_time)
  return {
    status = fields.status or "New", since = since or time, backdated = since and true or nil,
    confirmation = fields.confirmation_required or false, priority = fields.priority or 0,
  }
end

local function put(space, jobs, time)
  for _, fields in ipairs(jobs.id and { jobs } or jobs) do
    if fields.id then
      space.jobs[key_of(fields.appid, fields.id)] = arranged(fields, time)
    end
  end
end

local function change(space, query, fields, time)
  local key = key_of(query.appid, query.id or "")
  local record = space.jobs[key]
  if not record then
    return
  end
  local next_one = with(record, { priority = fields.priority,
                                  confirmation = fields.confirmation_required })
  if fields.status and fields.status ~= record.status then
    next_one = with(next_one, { status = fields.status, since = time })
    next_one.backdated = nil
  end
  if fields.status_time then
    next_one.since, next_one.backdated = seconds(fields.status_time), true
  end
  space.jobs[key] = next_one
end

-- ---- spaces and snapshots -----------------------------------------------------

local function begin(self, time)
  local space = { jobs = {}, snapshots = {} }
  if self.header.jobs then
    put(space, core.decode(bytes(self.header.jobs)), time)
  end
  return space
end

local function space_of(self, line)
  local name = bytes(line.space) or ""
  if not self.spaces[name] then
    self.spaces[name] = begin(self, line.time)
  end
  return self.spaces[name]
end

local function place_of(space, name)
  for i = #space.snapshots, 1, -1 do
    if not name or space.snapshots[i].name == name then
      return i
    end
  end
end

local function snapshot(space, name)
  local place = name and place_of(space, name)
  if place then
    table.remove(space.snapshots, place)
  end
  table.insert(space.snapshots, { name = name, jobs = with(nil, space.jobs) })
end

--- Back to a snapshot; to one whose name the host has chosen: nobody knows.
local function restore(space, name)
  local place = place_of(space, name)
  local noted = space.snapshots[place or 0]
  for i = #space.snapshots, (place or #space.snapshots) + 1, -1 do
    space.snapshots[i] = nil
  end
  space.jobs = noted and with(nil, noted.jobs) or {}
end

local function drop(space, name)
  local place = name and place_of(space, name)
  if place then
    table.remove(space.snapshots, place)
  elseif not name then
    space.snapshots = {}
  end
end

--- The parameters of a target, decoded.
---@param target string
---@return table<string, string>
local function query_of(target)
  local query = {}
  for name, value in target:gmatch "[?&]([^=&]+)=([^&]*)" do
    query[name] = value:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end)
  end
  return query
end

local controls = {
  ["POST jobs"] = function(space, _, body, time) put(space, body, time) end,
  ["PUT jobs"] = function(space, _, body, time) put(space, body, time) end,
  ["PATCH jobs"] = change,
  ["POST snapshots"] = function(space, _, body) snapshot(space, body.name) end,
  ["DELETE snapshots"] = function(space, query) drop(space, query.name) end,
  ["POST restore"] = function(space, _, body) restore(space, body.name) end,
}

-- ---- the lines ----------------------------------------------------------------

--- A call of the control API.
---@param line table
function Jobs:control(line)
  local space, target = space_of(self, line), bytes(line.target)
  local act = controls[line.method .. " " .. (target:match "^/_jobgate/([^?]*)" or "")]
  if act then
    local text = bytes(line.body)
    act(space, query_of(target), text and core.decode(text) or {}, line.time)
  end
end

--- A space that was made, or begun anew.
---@param line table
function Jobs:space(line)
  self.spaces[bytes(line.space) or ""] = begin(self, line.time)
end

--- The job of a request or an event, as it is before it; nil: none that is known.
---@param line table
---@return jobgate.learn.Job|nil
function Jobs:before(line)
  local about = line.decision or line
  local space, id = space_of(self, line), bytes(about.job)
  local key = id and key_of(bytes(about.appid), id)
  local record = key and space.jobs[key]
  if key and about.before and (not record or record.status ~= about.before) then
    record = with(record, { status = about.before })
    record.since, record.backdated, space.jobs[key] = nil, nil, record
  end
  return record
end

--- What the request or event has made of it. `created`: what CreateJob has brought.
---@param line table
---@param created { confirmation: boolean, priority: integer }|nil
---@param priority integer|nil that it was given
function Jobs:after(line, created, priority)
  local about = line.decision or line
  local space, id = space_of(self, line), bytes(about.job)
  if not id or about.code or about.trace or line.trace then
    return
  end
  local key = key_of(bytes(about.appid), id)
  local record = space.jobs[key]
  if about.operation == "CreateJob" then
    space.jobs[key] = record or created and about.after
      and with(created, { status = about.after, since = line.time }) or nil
  elseif record and about.after and (about.after ~= record.status
    or about.operation == "UpdateJobStatus" or line.kind == "event") then
    space.jobs[key] = with(record, { status = about.after, since = line.time })
    space.jobs[key].backdated = nil
  end
  if priority and record and about.operation == "UpdateJobPriority" then
    space.jobs[key] = with(space.jobs[key], { priority = priority })
  end
end

--- The jobs of a journal with that first line.
---@param header table
---@return jobgate.learn.Jobs
local function new(header)
  local self = setmetatable({ header = header, spaces = {} }, Jobs)
  self.spaces[""] = begin(self, header.time)
  return self
end

return { new = new, query_of = query_of }
