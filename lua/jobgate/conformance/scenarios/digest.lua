-- Content-MD5 (C19, G10, G11): where it is sent, it is that of the body, with
-- every operation and whether there are credentials or not.

local core = require "jobgate.core"
local kit = require "jobgate.conformance.signed"
local submissions = require "jobgate.conformance.submissions"

local ready, APPID, OWNER, merged, ok = kit.ready, kit.APPID, kit.OWNER, kit.merged, kit.ok

local body = submissions.body()
local longest = ("x"):rep(65536)
local large = body:gsub("><", ">" .. (" "):rep(65537 - #body) .. "<", 1)
local NONE = "1B2M2Y8AsgTpgAmY7PhCfg==" -- of no bytes

local invalid = { status = 400, code = "InvalidDigest", row = "G10", job = { status = "Suspended" } }
local bad = { status = 400, code = "BadDigest", row = "G11", job = { status = "Suspended" }, count = 1 }

local OPERATIONS = {
  { "CreateJob", { target = "/jobs", body = body } },
  { "DescribeJob", { method = "GET", target = "/jobs/j1" } },
  { "ListJobs", { method = "GET", target = "/jobs" } },
  { "UpdateJobPriority", { target = "/jobs/j1/priority?priority=5" } },
  { "UpdateJobStatus", { target = ready } },
  { "DeleteJob", { method = "DELETE", target = "/jobs/j1" } },
}

local b64, sum = core.base64, core.md5

--- A request with this Content-MD5, and headers behind it.
local function with(digest, request, ...)
  return merged({ headers = { APPID, { "Content-MD5", digest }, ... } }, request)
end

local function create(text)
  return { target = "/jobs", body = text or body }
end

local scenarios = {}

local function add(id, rows, title, request, expect, more)
  local names = {}
  for name in rows:gmatch "%S+" do
    table.insert(names, name)
  end
  local source = more and more.source or "7730"
  table.insert(scenarios, {
    id = "md5-" .. id, rows = names, title = title, source = source,
    from = source:find "^ours" and "ours" or "documented", depends = more and more.depends,
    arrange = { jobs = { { id = "j1", status = "Suspended" } },
      credentials = more and more.credentials, readings = more and more.readings },
    request = request, expect = expect,
  })
end

-- What it must look like.

for i, case in ipairs {
  { "no base64", "!!!!!!!!!!!!!!!!!!!!!!==" },
  { "of 15 bytes", b64(("x"):rep(15)) },
  { "of 17 bytes", b64(("x"):rep(17)) },
  { "of 12 bytes", b64(("x"):rep(12)) },
  { "of 32 bytes", b64(("x"):rep(32)) },
  { "empty", "" },
  { "in hexadecimal", ("%02x"):rep(16):format(core.unbase64(sum(body)):byte(1, 16)) },
  { "without its padding", sum(body):sub(1, 22) },
  { "with half its padding", sum(body):sub(1, 23) },
  { "with more padding", sum(body) .. "=" },
  { "with a byte more", sum(body) .. "A" },
  { "with padding inside", "AAAAAAAAAA==AAAAAAAAAAA=" },
  { "with a blank inside", sum(body):sub(1, 8) .. " " .. sum(body):sub(9) },
  { "with two of the web's characters", "-_" .. sum(body):sub(3) },
  { "twice in one header", sum(body) .. ", " .. sum(body) },
} do
  add("G10-" .. i, "G10", "Content-MD5 is " .. case[1], with(case[2], create()), invalid)
end
add("blanks", "G10", "blanks around it are no part of it", with(" " .. sum(body) .. "\t ", create()), ok)

-- Whose it must be.

add("right", "G11 C19", "it is that of the body", with(sum(body), create()), ok)
add("chunked", "G11", "of a body in chunks",
  with(sum(body), create(), { "Transfer-Encoding", "chunked" }), ok)
add("G11", "G11", "it is that of another body", with(sum(body .. "\n"), create()), bad)
add("G11-chunked", "G11", "of a body in chunks",
  with(sum "", create(), { "Transfer-Encoding", "chunked" }), bad)
add("G11-case", "G11", "the same letters in other case are another one",
  with(sum(body):lower():gsub("..==$", "AA=="), create()), bad)
add("G11-zeros", "G11", "sixteen zero bytes", with(b64(("\0"):rep(16)), create()), bad)
for _, operation in ipairs(OPERATIONS) do
  local name, request = table.unpack(operation)
  add("G10-" .. name, "G10", name .. " with one that is none", with("x", request), invalid)
  add("G11-" .. name, "G11", name .. " with another's", with(sum "another", request), bad)
  add("right-" .. name, "G11", name .. " with its own", with(sum(request.body or ""), request),
    { status = name == "DeleteJob" and 204 or 200 })
end
add("none", "G11 D18", "a request without a body has that of no bytes",
  with(NONE, { target = ready }), { status = 200, job = { status = "Ready" } })
add("dropped", "G11 D18", "a body that nobody reads has one too",
  with(sum "<unread/>", { target = ready, body = "<unread/>" }),
  { status = 200, job = { status = "Ready" } })
add("dropped-chunked", "G11 D18", "in chunks",
  with(sum "<unread/>", { target = ready, body = "<unread/>" }, { "Transfer-Encoding", "chunked" }), ok)
add("dropped-longest", "G11 D18", "of as much as a CreateJob may have",
  with(sum(longest), { target = ready, body = longest }), ok)
add("G11-dropped", "G11 D18", "and it must be right",
  with(NONE, { target = ready, body = "<unread/>" }), bad)
add("G11-dropped-longest", "G11 D18", "to the last byte",
  with(sum(longest:sub(1, -2)), { target = ready, body = longest }), bad)
add("dropped-large", "G11 D18", "beyond that it is not compared",
  with(NONE, { target = ready, body = large }), ok)
add("G10-dropped-large", "G10 D18", "but must be a sum",
  with("x", { target = ready, body = large }), invalid)

-- Which comes first.

local ours = { source = "ours (7.1)" }
local signed = { source = "ours (7.1)", credentials = { OWNER } }
local mandatory = { source = "7728, other copy", readings = { content_md5 = "mandatory" } }

--- The same without x-cos-appid.
local function nameless(digest, request)
  local all = with(digest, request)
  table.remove(all.headers, 1)
  return all
end

--- The same, signed.
local function by_owner(request, options)
  request.sign = options or true
  return request
end

add("order-D11", "7.1 D11 G10", "the path before Content-MD5", with("x", { target = "/nothing" }),
  { status = 404, code = "InvalidURI", row = "D11" }, ours)
add("order-G08", "7.1 G08 G10", "the method before it", with("x", { method = "PUT", target = ready }),
  { status = 405, code = "MethodNotAllowed", row = "G08" }, ours)
add("order-G01", "7.1 G01 G10", "the signature before it", with("x", create()),
  { status = 403, code = "AccessDenied", row = "G01" }, signed)
add("order-G01-G11", "7.1 G01 G11", "and before another body's", with(NONE, create()),
  { status = 403, code = "AccessDenied", row = "G01" }, signed)
add("order-G03", "7.1 G03 G11", "a wrong signature too",
  by_owner(with(NONE, create()), { secret_key = "x" }),
  { status = 403, code = "SignatureDoesNotMatch", row = "G03" },
  { source = "ours (7.1)", credentials = { OWNER }, depends = { "wrong_signature" } })
add("order-granted", "7.1 G01 G11", "and what is granted", by_owner(with(NONE, create())),
  { status = 403, code = "AccessDenied", row = "G01" }, { source = "ours (7.1)",
    credentials = { { secret_id = "AKIDreader", secret_key = "k", operations = { "ListJobs" } } } })
add("order-account", "7.1 G01 G11", "and the account",
  by_owner(with(NONE, create())), { status = 403, code = "AccessDenied", row = "G01" },
  { source = "ours (7.1)", credentials = {
    { secret_id = "AKIDother", secret_key = "k", appid = "1250000001" } } })
add("order-signed", "7.1 G11", "it may be signed and that of another body",
  by_owner(with(NONE, create()), { headers = { "content-md5", "host" } }), bad, signed)
add("order-signed-right", "7.1 G11", "or signed and right",
  by_owner(with(sum(body), create()), { headers = { "content-md5", "host" } }), ok, signed)
add("order-E03", "7.1 G10 E03", "Content-MD5 before x-cos-appid", nameless("x", create()), invalid, ours)
add("order-E03-G11", "7.1 G11 E03", "even that of another body", nameless(NONE, create()), bad, ours)
add("order-E05", "7.1 G11 E05", "before a parameter",
  with(sum "x", { target = "/jobs/j1/status" }), bad, ours)
add("order-E43", "7.1 G11 E43", "before the job",
  with(sum "x", { target = "/jobs/j2/status?requestedJobStatus=Ready" }), bad, ours)
add("order-E10", "7.1 G11 E10", "before a body that is missing",
  with(sum "x", { target = "/jobs" }), bad, ours)
add("order-E17", "7.1 G11 E17", "before one that is no XML", with(NONE, create "{}"), bad, ours)
add("order-G14", "7.1 G14 G11", "one that is too large is refused for that, its sum not looked at",
  with(NONE, create(large)), { status = 400, code = "XMLSizeLimit", row = "G14" }, ours)
add("order-G14-G10", "7.1 G10 G14", "unless that is none", with("x", create(large)), invalid, ours)
add("order-then-E03", "7.1 E03 G11", "then x-cos-appid", nameless(sum(body), create()),
  { status = 400, code = "InvalidArgument", row = "E03" }, ours)
add("order-then-E10", "7.1 E10 G11", "then the body", with(NONE, { target = "/jobs" }),
  { status = 400, code = "InvalidRequest", row = "E10" }, ours)
add("order-then-G14", "7.1 G14 G11", "then its size", with(sum(large), create(large)),
  { status = 400, code = "XMLSizeLimit", row = "G14" }, ours)
add("C19-right", "C19 G11", "where it must be sent, it is sent", with(sum(body), create()), ok, mandatory)
add("C19-G10", "C19 G10", "one that is none is not one that is missing",
  with("x", create()), invalid, mandatory)
add("C19-empty", "C19 G10", "nor is an empty one", with("", create()), invalid, mandatory)
add("C19-G11", "C19 G11", "another body's is not missing either", with(NONE, create()), bad, mandatory)
add("C19-status", "C19", "nobody must send it with a status",
  { target = ready }, ok, mandatory)

return scenarios
