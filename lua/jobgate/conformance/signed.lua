--- What scenarios about signatures are made of: keys, requests that are signed
--- while the files are read (by spec/support/sign.lua), refusals, and rows of
--- tables made scenarios.

local submissions = require "jobgate.conformance.submissions"

local START = 1767225600 -- where a manual clock begins
local ready = "/jobs/j1/status?requestedJobStatus=Ready"
local APPID = { "x-cos-appid", "1250000000" }

--- A permanent key; the published pair of 7778; a temporary key of 10 minutes.
local OWNER = { secret_id = "AKIDowner", secret_key = "key-of-the-owner" }
local EXAMPLE = { secret_id = "AKIDQjz3ltompVjBni5LitkWHFlFpwkn9U5q",
  secret_key = "BQYIM75p8x0iWVFSIgqEKwFprpRSVHlz" }
local GUEST = { secret_id = "AKIDguest", secret_key = "key-of-a-guest", token = "token/of+a=guest",
  expires = "2026-01-01T00:10:00Z" }

local OPERATIONS = {
  { "CreateJob", submissions.request() },
  { "DescribeJob", { method = "GET", target = "/jobs/j1" } },
  { "ListJobs", { method = "GET", target = "/jobs?maxResults=5" } },
  { "UpdateJobPriority", { target = "/jobs/j1/priority?priority=5" } },
  { "UpdateJobStatus", { target = ready } },
  { "DeleteJob", { method = "DELETE", target = "/jobs/j1" } },
}

local function merged(...)
  local all = {}
  for _, some in ipairs { ... } do
    for key, value in pairs(some) do
      all[key] = value
    end
  end
  return all
end

--- A request (Ready for j1, unless it says otherwise), signed.
local function signed(options, request)
  return merged({ target = ready }, request or {}, { sign = options or true })
end

local function unsigned(request)
  return merged({ target = ready }, request or {})
end

--- The same with this text for a signature.
local function authorized(text, request)
  return unsigned(merged({ headers = { APPID, { "Authorization", text } } }, request or {}))
end

--- A window of time, in seconds from where the clock begins.
local function window(from, to)
  return ("%d;%d"):format(START + from, START + to)
end

local function by(credential, more)
  return merged({ secret_id = credential.secret_id }, more or {})
end

--- OWNER, with more said about it.
local function owner(more)
  return { merged(OWNER, more) }
end

local function refused(http, code, row)
  return { status = http, code = code, row = row, detail = "%w", job = { status = "Suspended" } }
end

local ok = { status = 200 }
local G01 = refused(403, "AccessDenied", "G01")
local G02 = refused(403, "InvalidAccessKeyId", "G02")
local G03 = refused(403, "SignatureDoesNotMatch", "G03")
local G04 = refused(403, "RequestTimeTooSkewed", "G04")
local G05 = refused(403, "AccessDenied", "G05")
local G06 = refused(400, "ExpiredToken", "G06")
local G07 = refused(403, "InvalidSecurity", "G07")
local D121 = refused(403, "AccessDenied", "D121")
local E03 = { status = 400, code = "InvalidArgument", row = "E03" }

--- The readings that say how these rows are answered.
local READ_BY = { G03 = "wrong_signature", G05 = "expired_signature", G06 = "expired_token",
  D121 = "malformed_authorization" }

local function step(request, expect)
  return { request = request, expect = expect }
end

--- The readings that an outcome depends on: as said, and by its rows.
local function depends(given, steps)
  local names = { given.depends }
  for _, taken in ipairs(steps) do
    local name = taken.expect and READ_BY[taken.expect.row]
    if name and not (given.readings and given.readings[name]) then
      table.insert(names, name)
    end
  end
  return names
end

--- Add scenarios of one source to a list. Columns: id; rows; title; request and expect, or
--- steps. There are these credentials, or OWNER, and the job j1, unless a row
--- arranges others.
local function section(list, source, given, credentials)
  for _, row in ipairs(given) do
    local rows, steps = {}, row.steps or { step(row[4], row[5]) }
    for name in row[2]:gmatch "%S+" do
      table.insert(rows, name)
    end
    table.insert(list, {
      id = "sign-" .. row[1], rows = rows, title = row[3],
      from = source:find "^ours" and "ours" or "documented", source = source,
      arrange = { credentials = row.credentials or credentials or { OWNER }, clock = row.clock,
        readings = row.readings, jobs = row.jobs or { { id = "j1", status = "Suspended" } } },
      depends = depends(row, steps), steps = steps,
    })
  end
end

--- A target behind `ready`, as it is sent.
local function query(text)
  return { target = ready .. "&" .. text }
end

local function with(...)
  return { headers = { APPID, ... } }
end

return {
  START = START, ready = ready, APPID = APPID, OWNER = OWNER, EXAMPLE = EXAMPLE, GUEST = GUEST,
  OPERATIONS = OPERATIONS, merged = merged, signed = signed, unsigned = unsigned,
  authorized = authorized, window = window, by = by, owner = owner, refused = refused, ok = ok,
  G01 = G01, G02 = G02, G03 = G03, G04 = G04, G05 = G05, G06 = G06, G07 = G07, D121 = D121,
  E03 = E03, step = step, section = section, query = query, with = with,
}
