--- The steps of actors, as scenarios write them, made events.

local input = require "jobgate.races_input"

local must_be, whole, wrong = input.must_be, input.whole, input.wrong

--- What each word makes of a step: its event. The fields that it may have beside.
local words = {
  { "create", more = {}, function(step, place, token)
    local event = { operation = "CreateJob", token = token, priority = 10, confirmation = false }
    if type(step.create) == "string" then
      event.xml = step.create
    elseif step.create ~= true then
      for key, value in pairs(must_be(place .. ".create", step.create, "table")) do
        if key == "confirmation_required" then
          event.confirmation = must_be(place .. "." .. key, value, "boolean")
        elseif key == "priority" then
          event.priority = whole(place .. "." .. key, value, 0)
        else
          wrong(place, "create has confirmation_required and priority, or is XML, but no %s", key)
        end
      end
    end
    return event
  end },
  { "update", more = { to = true, reason = true }, function(step, place)
    return { operation = "UpdateJobStatus", about = step.update,
             status = must_be(place .. ".to", step.to, "string"),
             reason = step.reason and must_be(place .. ".reason", step.reason, "string") }
  end },
  { "prioritise", more = { priority = true }, function(step, place)
    return { operation = "UpdateJobPriority", about = step.prioritise,
             priority = whole(place .. ".priority", step.priority, 0) }
  end },
  { "describe", more = {}, function(step)
    return { operation = "DescribeJob", about = step.describe }
  end },
  { "delete", more = {}, function(step)
    return { operation = "DeleteJob", about = step.delete }
  end },
  { "list", more = {}, function(step, place)
    return { operation = "ListJobs",
             parameters = step.list ~= true and must_be(place .. ".list", step.list, "table")
               or nil }
  end },
  { "request", more = {}, function(step, place)
    local request = must_be(place .. ".request", step.request, "table")
    must_be(place .. ".request.method", request.method, "string")
    must_be(place .. ".request.target", request.target, "string")
    return { operation = "request", request = request }
  end },
  { "advance", more = {}, function(step, place)
    return { operation = "wait", seconds = whole(place .. ".advance", step.advance, 1) }
  end },
  { "next", more = {}, function(step, place)
    return step.next == true and { operation = "tick" } or wrong(place .. ".next", "must be true")
  end },
}

local KINDS = { before = { "before" }, after = { "after" }, either = { "before", "after" } }

--- How a step may be lost, and how often it is tried again.
local function read_losses(step, place, read)
  if step.lost == nil then
    if step.losses or step.retries then
      wrong(place, "losses and retries go with lost")
    end
    return
  elseif not KINDS[step.lost] then
    wrong(place .. ".lost", 'must be "before" (nothing is done), "after" (it is done, but '
      .. 'no answer comes) or "either"')
  end
  read.lost = KINDS[step.lost]
  read.losses = whole(place .. ".losses", step.losses or 1, 1)
  read.retries = whole(place .. ".retries", step.retries or read.losses, 0)
end

local function word_of(step, place)
  local found
  for _, word in ipairs(words) do
    if step[word[1]] ~= nil then
      if found then
        wrong(place, "%s and %s: a step is one of them", found[1], word[1])
      end
      found = word
    end
  end
  return found or wrong(place, "is none of create, update, prioritise, describe, delete, list, "
    .. "request, advance, next")
end

local function check_keys(step, place, word, is_request)
  for key in pairs(step) do
    local common = key == word[1] or word.more[key] or key == "when"
      or is_request and (key == "lost" or key == "losses" or key == "retries"
        or key == "appid" and word[1] ~= "request")
      or key == "as" and word[1] == "create"
    if not common then
      wrong(place, "%s has no %s", word[1], tostring(key))
    end
  end
end

-- A name is a variable in the spec and in the script of a failure.
local TAKEN = "assert, dofile, host, it, jobgate, require, url"

local function is_variable(name)
  return type(name) == "string" and name:find "^[%a_][%w_]*$" ~= nil
    and load("local " .. name) ~= nil
    and not (", " .. TAKEN .. ","):find(" " .. name .. ",", 1, true)
end

---@class jobgate.races.ReadStep
---@field event jobgate.explore.Event
---@field about string|nil which job: its id, or the name that a creation gives
---@field place string "actors.bob[2]"
---@field as string|nil the name that this creation gives
---@field when nil|fun(answers: jobgate.races.Answer[]): any
---@field lost string[]|nil "before", "after"
---@field losses integer|nil
---@field retries integer|nil

--- Read a step. `token` is a number that no other step has.
---@param step table|string
---@param place string
---@param token integer
---@return jobgate.races.ReadStep
local function read_step(step, place, token)
  if step == "next" then
    step = { next = true }
  elseif type(step) ~= "table" then
    wrong(place, 'must be a table, as { update = "j1", to = "Ready" }, or "next"')
  end
  local word = word_of(step, place)
  local event = word[2](step, place, token)
  local is_request = event.operation ~= "tick" and event.operation ~= "wait"
  check_keys(step, place, word, is_request)
  local about = event.about
  event.about = nil
  if about ~= nil then
    must_be(place .. "." .. word[1], about, "string")
    event.job = 1
  end
  event.appid = step.appid and must_be(place .. ".appid", step.appid, "string")
  if step.as ~= nil and not is_variable(step.as) then
    wrong(place .. ".as", "must be a name that a variable can have, and none of %s", TAKEN)
  end
  local read = {
    event = event, place = place, about = about, as = step.as, is_request = is_request,
    when = step.when and must_be(place .. ".when", step.when, "function"),
  }
  read_losses(step, place, read)
  return read
end

return read_step
