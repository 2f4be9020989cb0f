--- jobgate: a scriptable test double of the COS batch-job API.
---
---     local jobgate = require "jobgate"
---     local host <close> = jobgate.open { jobs = { j1 = { status = "Suspended" } } }
---     print(host:update("j1", "Ready"):find("Status"))
---
--- What can be expected to fail returns nil and a sentence; a mistake in the
--- calling code raises.

local core = require "jobgate.core"
local Host = require "jobgate.host"
local job_list = require "jobgate.job_list"
local response = require "jobgate.response"

-- Each adds functions to the host.
require "jobgate.host_arrange"
require "jobgate.host_journal"
require "jobgate.host_spaces"
require "jobgate.host_time"

---@class jobgate.Credential
---@field secret_id string
---@field secret_key string
---@field appid string|nil the account; any when absent
---@field operations string[]|nil what it grants; everything when absent
---@field token string|nil of a temporary key: x-cos-security-token
---@field expires string|integer|nil of a temporary key

---@class jobgate.Options
---@field policy string|nil path of a policy; the documented one when absent
---@field policy_source string|nil text of a policy, instead of a path
---@field policy_files string|nil JSON: a policy with all its modules, as a journal begins with it
---@field jobs string|table|nil path of a jobs file, a list of jobs, or jobs by id
---@field clock string|nil "manual" (default), "manual@TIME", "real", "scaled:FACTOR@TIME"
---@field readings table<string, string>|string|nil how the documents are read, by name; or the
--- path of a file that says it
---@field credentials string|jobgate.Credential[]|nil a file, or a list: signatures are checked
---@field hosts string[]|nil names of this host beside the loopback's
---@field prefix string|nil "/cos": the path below which the API is served
---@field tls_cert string|nil path of a certificate (PEM): what `listen` serves is HTTPS
---@field tls_key string|nil path of its key
---@field tls_self_signed boolean|nil HTTPS, with a certificate made for the occasion
---@field seed integer|nil for the ids of new jobs
---@field journal_bytes integer|nil bound of the journal
---@field journal string|nil path of a new file: everything that changes the host, for replay
---@field invariants boolean|nil read NAME_invariants.lua beside the policy, too
---@field table_order string|nil "sorted" (default) or "reversed": how `pairs` goes in a policy
---@field control string|nil where `listen` serves it: "off", "127.0.0.1:0", "unix:/path"
---@field control_token_file string|nil path of a file with a token that its callers must show
---@field log boolean|nil log to stderr
---@field log_format string|nil "text" (default) or "json"
---@field log_level string|nil "error", "warning", "info" (default), "debug"

local option_types = {
  policy = "string", policy_source = "string", policy_files = "string", jobs = "string",
  clock = "string", readings = "table", seed = "number", journal_bytes = "number",
  log = "boolean", credentials = "string", hosts = "table", prefix = "string",
  tls_cert = "string", tls_key = "string", tls_self_signed = "boolean",
  journal = "string", invariants = "boolean", table_order = "string",
  control = "string", control_token_file = "string", log_format = "string", log_level = "string",
}

--- Readings as the core takes them: "NAME=VALUE,NAME=VALUE".
local function reading_text(readings)
  local pairs_of = {}
  for name, value in pairs(readings) do
    pairs_of[#pairs_of + 1] = ("%s=%s"):format(name, value)
  end
  table.sort(pairs_of)
  return table.concat(pairs_of, ",")
end

--- Names as the core takes them: "NAME,NAME".
local function host_text(hosts)
  for i, name in ipairs(hosts) do
    if type(name) ~= "string" or name:find("\0", 1, true) then
      error(("jobgate.open: hosts: entry %d is no name"):format(i), 4)
    end
  end
  if #hosts == 0 and next(hosts) ~= nil then
    error("jobgate.open: hosts must be a list of names", 4)
  end
  return table.concat(hosts, ",")
end

--- Options that may be a table too; the core takes them as JSON. They are data,
--- so what is wrong with them is no mistake of the caller's code.
local table_types = { jobs = true, credentials = true }

--- nil and why when one of them is no data.
local function encode_tables(known, tables)
  for name, list in pairs(tables) do
    local text, why = core.encode(name == "jobs" and job_list(list) or list)
    if not text then
      return nil, why
    end
    known[name .. "_source"] = text
  end
  return known
end

--- The options of `open` as the core takes them. Mistakes raise.
local function read_options(options)
  local known, tables = {}, {}
  for name, value in pairs(options or {}) do
    if not option_types[name] then
      error(("jobgate.open: unknown option '%s'"):format(name), 3)
    elseif name == "readings" and type(value) == "string" and not value:find("\0", 1, true) then
      known.readings_file = value
    elseif table_types[name] and type(value) == "table" then
      tables[name] = value
    elseif type(value) ~= option_types[name] then
      error(("jobgate.open: %s must be a %s, not a %s"):format(
        name, option_types[name], type(value)), 3)
    elseif type(value) == "string" and name ~= "policy_source" and value:find("\0", 1, true) then
      error(("jobgate.open: %s has a zero byte in it"):format(name), 3)
    elseif type(value) == "number" and (math.type(value) ~= "integer" or value < 0) then
      error(("jobgate.open: %s must be an integer, 0 or more"):format(name), 3)
    else
      known[name] = value
    end
  end
  if known.readings then
    known.readings = reading_text(known.readings)
  end
  if known.hosts then
    known.hosts = host_text(known.hosts)
  end
  if known.policy and known.policy_source then
    error("jobgate.open: policy and policy_source: one of them says it", 3)
  elseif known.policy_files and (known.policy or known.policy_source) then
    error("jobgate.open: policy_files is a whole policy: nothing else says it", 3)
  end
  return encode_tables(known, tables)
end

--- Open a host. nil and a sentence when something that it is given is refused.
---@param options jobgate.Options|nil
---@return jobgate.Host|nil, string|nil
local function open(options)
  local known, why = read_options(options)
  local opened = known
  if known then
    opened, why = core.open(known)
  end
  if not opened then
    return nil, why
  end
  local prefix = (known.prefix or ""):gsub("/$", "")
  return setmetatable({ core = opened, prefix = prefix }, Host)
end

---@alias jobgate.Decide
---| fun(job: jobgate.Job, request: table): string|true|nil, table?, table?, table?

---@class jobgate.Policy
---@field decide jobgate.Decide
---@field close fun()

--- Load a policy in the real sandbox, to test it with plain tables:
--- `decide(job, request)` gives the new status, or true when the request (one
--- of another operation than UpdateJobStatus) is accepted and the status stays;
--- or nil and the refusal {code, http, message, row}; then the rule {file, line,
--- rule, name, because} that answered, and the new job.data when it sets some. It
--- raises when the policy breaks. nil and a sentence when the policy does not
--- load. `times` counts nothing here: use a host for that. The option `jobs` is
--- the store that the word `jobs` reads.
---@param policy string|{ source: string }
---@param options { jobs: table|nil, clock: string|nil, readings: table|nil }|nil
---@return jobgate.Policy|nil, string|nil
local function load_policy(policy, options)
  options = options or {}
  local host, why = open {
    policy = type(policy) == "string" and policy or nil,
    policy_source = type(policy) == "table" and policy.source or nil,
    jobs = options.jobs, clock = options.clock, readings = options.readings,
  }
  if not host then
    return nil, why
  end
  return {
    decide = function(job, request)
      local answer = assert(host:decide { job = job, request = request })
      if answer.fault then
        error(answer.fault, 2)
      end
      return answer.become or answer.accept, answer.refuse, answer.rule, answer.data
    end,
    close = function() host:close() end,
  }
end

--- The tools (each in a file of its name), read when they are first asked for.
local tools = {
  check = true, conform = true, coverage = true, diff = true, learn = true, matrix = true,
  mutate = true, policy_coverage = true, property = true, races = true, replay = true, why = true,
}

return setmetatable({
  _VERSION = core.version,
  open = open,
  policy = load_policy,
  response = response.new,
}, {
  __index = function(module, name)
    if tools[name] then
      module[name] = require("jobgate." .. name)
      return module[name]
    end
  end,
})
