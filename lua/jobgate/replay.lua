--- A recorded journal is decided again, with no client.

local core = require "jobgate.core"
local journal_file = require "jobgate.journal_file"
local redact = require "jobgate.redact"

local LISTED = 100
local JOURNAL_BYTES = 65536 -- of the host in memory: nobody asks it
local bytes = journal_file.bytes

---@class jobgate.Answer
---@field status integer 0: nothing was answered
---@field headers string[][]
---@field body string

---@class jobgate.ReplayOptions
---@field policy string|{ source: string }|nil another one than the recorded
---@field readings table<string, string>|nil other ones than the recorded
---@field redact string|nil path of a new file: the journal again, with nothing in it that
--- is somebody's own
---@field listed integer|nil so many changes are listed; 100 when absent
---@field progress fun(done: integer, total: integer|nil)|nil

---@class jobgate.Replay
---@field journal string
---@field policy string that decided
---@field recorded string the policy's name in the journal
---@field entries integer requests, in all
---@field same integer
---@field changed table[] the first: { line =, request =, was = jobgate.Answer, now = }
---@field n_changed integer
---@field incomparable { entries: integer, after: integer|nil, why: string|nil, jobs: table[] }
---@field warnings string[]

--- A decimal number of 64 bits, as the core takes it.
local function seed_of(text)
  local seed = 0
  for digit in text:gmatch "%d" do
    seed = seed * 10 + digit:byte() - 48
  end
  return seed
end

--- The readings of the journal, and those that are asked for instead, as the core
--- takes them.
local function readings_of(header, readings)
  local chosen = { header.readings ~= "" and header.readings or nil }
  for name, value in pairs(readings or {}) do
    chosen[#chosen + 1] = name .. "=" .. value
  end
  return #chosen > 0 and table.concat(chosen, ",") or nil
end

--- The host as it was opened, or with another policy or readings, on a clock that
--- is moved by hand.
local function open_host(header, options)
  local policy = options.policy
  local files = not policy and assert(core.encode(header.policy)) or nil
  return core.open {
    policy = type(policy) == "string" and policy or nil,
    policy_source = type(policy) == "table" and policy.source or nil,
    policy_files = files, readings = readings_of(header, options.readings),
    seed = seed_of(header.seed), jobs_source = bytes(header.jobs),
    prefix = bytes(header.prefix), hosts = bytes(header.hosts), journal_bytes = JOURNAL_BYTES,
    journal = options.redact, clock = os.date("!manual@%Y-%m-%dT%H:%M:%SZ", header.time),
  }
end

local function decode_pairs(list)
  local decoded, flat = {}, {}
  for i, pair in ipairs(list) do
    decoded[i] = { bytes(pair[1]), bytes(pair[2]) }
    flat[#flat + 1], flat[#flat + 2] = decoded[i][1], decoded[i][2]
  end
  return decoded, flat
end

--- An answer as one text. `numbered`: with what follows from the number of the
--- request, which another policy may make another one.
local function text_of(answer, numbered)
  local lines = { answer.status }
  for _, header in ipairs(answer.headers) do
    if numbered or not header[1]:find "^x%-cos%-.*%-id$" then
      lines[#lines + 1] = header[1] .. ": " .. header[2]
    end
  end
  local body = answer.body
  if not numbered then
    body = body:gsub("<RequestId>.-</RequestId>", ""):gsub("<TraceId>.-</TraceId>", "")
  end
  lines[#lines + 1] = body
  return table.concat(lines, "\n")
end

local Run = {}
Run.__index = Run

function Run:warn(format, ...)
  local warnings = self.result.warnings
  if #warnings < LISTED then
    warnings[#warnings + 1] = format:format(...)
  end
end

function Run:change(request, was, now)
  local result = self.result
  result.n_changed = result.n_changed + 1
  if #result.changed < self.listed then
    result.changed[#result.changed + 1] =
      { line = self.journal.line, request = request, was = was, now = now }
  end
end

--- May the answer about this job be compared? Not when another status of it was
--- asked about, and never again from then on.
function Run:is_comparable(line, before)
  local decision, left = line.decision, self.result.incomparable
  local job = bytes(decision.job)
  local key = job and ("%s\0%s\0%s"):format(line.space or "", bytes(decision.appid), job)
  if not self.astray[key or ""] then
    if before == decision.before then
      return true
    end
    local why = ("job %s was %s there and is %s here"):format(job or "?",
      decision.before or "absent", before or "absent")
    self.astray[key or ""] = key and true or nil
    left.after, left.why = left.after or self.journal.line - 1, left.why or why
    if #left.jobs < LISTED then
      left.jobs[#left.jobs + 1] = { job = job, after = self.journal.line - 1, why = why }
    end
  end
  left.entries = left.entries + 1
  return false
end

--- Is the answer the one that was given?
function Run:is_same(was, now)
  if self.hidden then
    return redact.brief(was) == redact.brief(now)
  end
  return text_of(was, not self.other) == text_of(now, not self.other)
end

function Run:request(line)
  local request, result = line.request, self.result
  result.entries = result.entries + 1
  if line.gone then
    result.incomparable.entries = result.incomparable.entries + 1
    self:warn("line %d: its space was begun anew under the request", self.journal.line)
    return
  end
  local _, flat = decode_pairs(request.headers)
  local now = self.core:again({
    method = bytes(request.method), target = bytes(request.target), flat = flat,
    version = bytes(request.version), body = bytes(request.body), body_bytes = request.body_bytes,
  }, line)
  local was = {
    status = line.answer.status, headers = (decode_pairs(line.answer.headers)),
    body = bytes(line.answer.body),
  }
  local before = now.before
  now.before = nil
  if not self:is_comparable(line, before) then
    return
  elseif self:is_same(was, now) then
    result.same = result.same + 1
  else
    self:change(bytes(request.method) .. " " .. bytes(request.target), was, now)
  end
end

function Run:control(line)
  local target = bytes(line.target)
  if self.other and target:find "^/_jobgate/policy" then
    self:warn("line %d: the journal replaces its policy here (%s %s); the other one goes on",
      self.journal.line, line.method, target)
    return
  end
  local headers = { "Host", "127.0.0.1", "Content-Type", "application/json" }
  if line.space then
    headers[5], headers[6] = "x-jobgate-space", line.space
  end
  local answer = self.core:request(line.method, target, headers, bytes(line.body))
  if answer.status < 300 then
    return
  elseif self.other then
    self:warn("line %d: %s %s is refused now: %s", self.journal.line, line.method, target,
      answer.body)
  else
    answer.fault = nil
    self:change(line.method .. " " .. target, { status = 200, headers = {}, body = "" },
      answer)
  end
end

function Run:space(line)
  assert(self.core:again_space(line.space or "", line.time))
end

function Run:reload(line)
  if self.other then
    self:warn("line %d: the policy is read again here; the other one goes on", self.journal.line)
  else
    assert(self.core:again_reload(assert(core.encode(line.policy))))
  end
end

local kinds = {
  request = Run.request, control = Run.control, space = Run.space, reload = Run.reload,
  event = function() end, -- what happened by itself does so again: later answers show it
}

--- Where the clock moved by itself, or another policy may have left it elsewhere,
--- it is moved to the line's time. By hand it moves with the lines that moved it.
function Run:line_of(line)
  local space = line.space or ""
  if line.kind == "event" then
    return
  elseif line.kind ~= "space" and line.kind ~= "reload" and not line.gone
    and (self.runs or self.other and self.times[space] ~= line.time) then
    assert(self.core:again_clock(space, line.time))
  end
  self.times[space] = line.time
  line = self.hidden and self.hidden:line(line) or line
  return kinds[line.kind](self, line)
end

function Run:all()
  local journal = self.journal
  journal:each(function(line)
    if not kinds[line.kind] then
      journal:fail(('has the kind "%s", which is none'):format(tostring(line.kind)))
    end
    self:line_of(line)
  end, self.progress)
  if journal.truncated then
    self:warn("line %d %s", journal.truncated, journal_file.CUT)
  end
end

local function replay(path, options)
  local journal <close> = journal_file.open(path)
  local header = journal.header
  local hidden = options.redact and redact.of(path)
  local fine, host, why = pcall(open_host, hidden and hidden:header(header) or header, options)
  if not fine then
    journal:fail("is no first line of a journal: " .. tostring(host))
  elseif not host then
    error({ why = why }, 0)
  end
  local recorded = journal:policy()
  local run = setmetatable({
    core = host, journal = journal, hidden = hidden, runs = header.clock ~= "manual",
    other = options.policy ~= nil or next(options.readings or {}) ~= nil,
    times = {}, astray = {}, listed = options.listed or LISTED, progress = options.progress,
    result = {
      journal = path, recorded = recorded, entries = 0, same = 0, changed = {}, n_changed = 0,
      policy = type(options.policy) == "table" and "(policy_source)" or options.policy or recorded,
      incomparable = { entries = 0, jobs = {} }, warnings = {},
    },
  }, Run)
  if hidden then
    hidden.core = host
  end
  fine, why = pcall(run.all, run)
  host:close()
  if not fine then
    error(why, 0)
  end
  return run.result
end

--- Decide a journal again: the file that `jobgate.open { journal = }` has written.
--- Under its own policy all answers are the same, byte by byte; under another one
--- they are compared without the ids that number requests. nil and a sentence when
--- the journal, or the policy, cannot be read.
--- With `redact` what is somebody's own is replaced on the way, and the answers are
--- the same when their statuses and codes are.
---@param journal string path
---@param options jobgate.ReplayOptions|nil
---@return jobgate.Replay|nil, string|nil
return function(journal, options)
  return journal_file.attempt(replay, journal, options or {})
end
