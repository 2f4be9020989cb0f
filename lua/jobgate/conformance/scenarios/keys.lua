-- Keys (7.1, 7.8): until when they are good, what they may do, and which check
-- comes first.

local kit = require "jobgate.conformance.signed"

local START, ready, OWNER, EXAMPLE, GUEST = kit.START, kit.ready, kit.OWNER, kit.EXAMPLE, kit.GUEST
local OPERATIONS, merged, signed, unsigned = kit.OPERATIONS, kit.merged, kit.signed, kit.unsigned
local authorized, window, by, owner, refused = kit.authorized, kit.window, kit.by, kit.owner, kit.refused
local ok, G01, G02, G03, G04, G05, G06 = kit.ok, kit.G01, kit.G02, kit.G03, kit.G04, kit.G05, kit.G06
local G07, D121, E03, step, query, with = kit.G07, kit.D121, kit.E03, kit.step, kit.query, kit.with

local scenarios = {}

local function section(...)
  kit.section(scenarios, ...)
end

-- Is it in time? G04, G05.

section("7730, 40105", {
  { "end", "D116 G05", "the last second of a signature", signed { time = window(-900, 0) }, ok },
  { "G05", "D116 G05", "a second later", signed { time = window(-900, -1) }, G05 },
  { "G05-query", "D116 G05", "in the query too", signed { time = window(-900, -1), form = "query" }, G05 },
  { "G05-long-ago", "D116 G05", "a signature of 1970", signed { time = "0;1" }, G05 },
  { "G05-advance", "D116 G05", "a signature that the clock leaves behind", steps = {
    step(signed({}, { method = "GET", target = "/jobs/j1" }), ok),
    { advance = 900 },
    step(signed({}, { method = "GET", target = "/jobs/j1" }), ok),
    { advance = 1 },
    step(signed({}, { method = "GET", target = "/jobs/j1" }), G05),
    step(signed({ time = window(901, 901) }, { method = "GET", target = "/jobs/j1" }), ok),
  } },
})
section("ours (D120)", {
  { "ahead", "D120 G04", "a signature that begins in 15 minutes", signed { time = window(900, 1800) }, ok },
  { "G04", "D120 G04", "in a second more", signed { time = window(901, 1801) }, G04 },
  { "G04-query", "D120 G04", "in the query too", signed { time = window(901, 1801), form = "query" }, G04 },
  { "G04-advance", "D120 G04", "until the clock is near enough", steps = {
    step(signed { time = window(1000, 1001) }, G04),
    { advance = 99 },
    step(signed { time = window(1000, 1001) }, G04),
    { advance = 1 },
    step(signed { time = window(1000, 1001) }, ok),
  } },
  { "now", "D120", "a signature of one second", signed { time = window(0, 0) }, ok },
})
section("ours (D118)", {
  { "D118", "D118", "q-key-time is the key's, whenever that was",
    signed { time = window(0, 900), key_time = "0;1" }, ok },
  { "D118-query", "D118", "in the query too",
    signed { time = window(0, 900), key_time = "0;1", form = "query" }, ok },
  { "D118-ahead", "D118", "or will be", signed { time = window(0, 900), key_time = window(9000, 9001) }, ok },
  { "D118-over", "D118 G05", "q-sign-time is the window",
    signed { time = window(-900, -1), key_time = window(0, 900) }, G05 },
  { "D118-changed", "D118", "which nothing but the window needs",
    signed { fields = { ["q-sign-time"] = window(-5, 5) } }, ok },
})

-- Temporary keys: G06, G07.

local function guest(options, request)
  return signed(by(GUEST, options), request)
end

local TOKEN = "x-cos-security-token=token%2Fof%2Ba%3Dguest"

section("7730 (older)", {
  { "token", "G07", "a temporary key with its token in a header", guest {}, ok },
  { "token-signed", "G07", "which may be signed",
    guest { headers = { "host", "x-cos-security-token" } }, ok },
  { "token-query", "G07", "signed in the query, the token beside", guest { form = "query" }, ok },
  { "token-parameter", "G07", "signed in a header, the token in the query",
    guest({ token = false }, query(TOKEN)), ok },
  { "token-header-query", "G07", "signed in the query, the token in a header",
    guest({ token = false, form = "query" }, with { "x-cos-security-token", GUEST.token }), ok },
  { "G07-none", "G07", "a temporary key without its token", guest { token = false }, G07 },
  { "G07-none-query", "G07", "in the query", guest { token = false, form = "query" }, G07 },
  { "G07-other", "G07", "with another token", guest { token = "token" }, G07 },
  { "G07-other-query", "G07", "in the query", guest { token = "other", form = "query" }, G07 },
  { "G07-empty", "G07", "with an empty one", guest { token = "" }, G07 },
  { "G07-part", "G07", "with a part of it", guest { token = "token/of+a" }, G07 },
  { "G07-case", "G07", "with it in capitals", guest { token = GUEST.token:upper() }, G07 },
}, { OWNER, GUEST })
section("7730", {
  { "G06-advance", "G06", "a temporary key that the clock leaves behind", steps = {
    { advance = 599 },
    step(guest({}, { method = "GET", target = "/jobs/j1" }), ok),
    { advance = 1 },
    step(guest({}, { method = "GET", target = "/jobs/j1" }), G06),
    step(guest({ form = "query" }, { method = "GET", target = "/jobs/j1" }), G06),
  } },
  { "G06-seconds", "G06", "it may end at once, in Unix seconds", guest {}, G06,
    credentials = { merged(GUEST, { expires = START }) } },
  { "G06-never", "G06", "or never", steps = {
    { advance = 90 * 86400 },
    step(guest { time = window(90 * 86400, 90 * 86400) }, ok) },
    credentials = { { secret_id = GUEST.secret_id, secret_key = GUEST.secret_key, token = GUEST.token } } },
}, { OWNER, GUEST })
section("ours (5.3)", {
  { "token-permanent", "G07", "a permanent key with a token", signed { token = GUEST.token }, G07,
    credentials = { OWNER, GUEST } },
  { "token-permanent-query", "G07", "in the query", signed({}, query(TOKEN)), G07 },
})

-- What may it do? G01 again.

local STRANGER = { { "x-cos-appid", "1250000001" } }
local mine = owner { appid = "1250000000" }

section("7730, 40105", {
  { "own-account", "G01", "a key for its own account", signed(), ok, credentials = mine },
  { "other-account", "G01 D52", "a key for another account", signed({}, { headers = STRANGER }), G01,
    credentials = mine },
  { "other-account-job", "G01 D52", "which has the job", signed({}, { headers = STRANGER }),
    merged(G01, { job = { appid = "1250000001", status = "Active" } }), credentials = mine,
    jobs = { { id = "j1", appid = "1250000001", status = "Active" } } },
  { "other-account-unsigned", "G01 D123", "x-cos-appid unsigned", signed({ headers = { "host" } },
    { headers = STRANGER }), G01, credentials = mine },
  { "any-account", "D52", "a key of no account for any",
    signed({}, { method = "GET", target = "/jobs/j1", headers = STRANGER }), ok,
    jobs = { { id = "j1", appid = "1250000001" } } },
  { "two-accounts", "G01 D52", "two keys, each for its account", steps = {
    step(signed({}, { method = "GET", target = "/jobs/j1" }), ok),
    step(signed(by(EXAMPLE), { method = "GET", target = "/jobs/j1" }), G01),
    step(signed(by(EXAMPLE), { method = "GET", target = "/jobs/j1", headers = STRANGER }),
      { status = 404, code = "NoSuchJob", row = "E21" }) },
    credentials = { merged(OWNER, { appid = "1250000000" }), merged(EXAMPLE, { appid = "1250000001" }) } },
})

-- Two things are wrong: the earlier check answers (7.1).

local none = { headers = {} }
local nobody = { secret_id = "AKIDnobody" }
local limited = owner { operations = { "ListJobs" } }

local no_job = (ready:gsub("j1", "j2"))

local function missing(target)
  return { target = target }
end

section("ours (7.1)", {
  { "order-D11", "7.1 D11 G01", "the path before the signature", missing "/nothing",
    { status = 404, code = "InvalidURI", row = "D11" } },
  { "order-G08", "7.1 G08 G01", "the method before it", { method = "PUT", target = ready },
    { status = 405, code = "MethodNotAllowed", row = "G08" } },
  { "order-D34", "7.1 D34 G01", "a malformed escape before it", unsigned(query "x=%"),
    { status = 400, code = "InvalidRequest", row = "D34" } },
  { "order-E03", "7.1 G01 E03", "the signature before x-cos-appid", unsigned(none), G01 },
  { "order-D51", "7.1 G01 D51", "even one of 65 bytes",
    unsigned { headers = { { "x-cos-appid", ("1"):rep(65) } } }, G01 },
  { "order-E11", "7.1 G01 E11", "before the job's id", missing "/jobs//status", G01 },
  { "order-E05", "7.1 G01 E05", "before a parameter", missing "/jobs/j1/status", G01 },
  { "order-E43", "7.1 G01 E43", "before the job", missing(no_job), G01 },
  { "order-E10", "7.1 G01 E10", "before the body of a CreateJob", missing "/jobs", G01 },
  { "order-G14", "7.1 G01 G14", "even one that is too large",
    { target = "/jobs", body = ("<"):rep(65537) }, G01 },
  { "order-D121", "7.1 D121 G05", "malformed before expired",
    signed { time = "0;1", fields = { ["q-header-list"] = false } }, D121 },
  { "order-D121-G02", "7.1 D121 G02", "malformed before unknown",
    signed { secret_id = "AKIDnobody", fields = { ["q-sign-algorithm"] = "md5" } }, D121 },
  { "order-G05", "7.1 G05 G02", "expired before unknown", signed(merged(nobody, { time = "0;1" })), G05 },
  { "order-G04", "7.1 G04 G02", "ahead before unknown",
    signed(merged(nobody, { time = window(901, 902) })), G04 },
  { "order-G05-G03", "7.1 G05 G03", "expired before wrong", signed { time = "0;1", secret_key = "x" }, G05 },
  { "order-G02", "7.1 G02 G07", "unknown before a token", signed(merged(nobody, { token = "x" })), G02 },
  { "order-G02-E03", "7.1 G02 E03", "unknown before x-cos-appid", signed(nobody, none), G02 },
  { "order-G07", "7.1 G07 G06", "the token before its time", guest { token = "x" }, G07,
    credentials = { merged(GUEST, { expires = START }) } },
  { "order-G07-G03", "7.1 G07 G03", "the token before the signature",
    guest { token = "x", secret_key = "x" }, G07, credentials = { GUEST } },
  { "order-G06", "7.1 G06 G03", "its time before the signature", guest { secret_key = "x" }, G06,
    credentials = { merged(GUEST, { expires = START }) } },
  { "order-G03", "7.1 G03 G01", "the signature before what is granted", signed { secret_key = "x" }, G03,
    credentials = limited },
  { "order-G03-account", "7.1 G03 G01", "and before the account",
    signed({ secret_key = "x" }, { headers = STRANGER }), G03, credentials = mine },
  { "order-G03-E03", "7.1 G03 E03", "and before x-cos-appid", signed({ secret_key = "x" }, none), G03 },
  { "order-granted", "7.1 G01 E03", "what is granted before x-cos-appid", signed({}, none), G01,
    credentials = limited },
  { "order-granted-E05", "7.1 G01 E05", "and before a parameter", signed({}, missing "/jobs/j1/status"),
    G01, credentials = limited },
  { "order-then-E03", "7.1 E03", "x-cos-appid behind it all", signed({}, none), E03 },
  { "order-then-own", "7.1 E03", "for a key of an account too", signed({}, none), E03, credentials = mine },
  { "order-then-D51", "7.1 D51", "x-cos-appid of 65 bytes",
    signed({}, { headers = { { "x-cos-appid", ("1"):rep(65) } } }),
    { status = 400, code = "InvalidArgument", row = "D51" } },
  { "order-then-E05", "7.1 E05", "then a parameter", signed({}, missing "/jobs/j1/status"),
    { status = 400, code = "InvalidArgument", row = "E05" } },
  { "order-then-E43", "7.1 E43", "then the job", signed({}, missing(no_job)),
    { status = 404, code = "NoSuchJob", row = "E43" } },
  { "order-then-E15", "7.1 E15", "then its status", signed(),
    { status = 400, code = "InvalidRequest", row = "E15" }, jobs = { { id = "j1", status = "Active" } } },
})

-- The readings: C12 to C15, D119, D121.

local function day(seconds)
  return { "Date", os.date("!%a, %d %b %Y %H:%M:%S GMT", START + seconds) }
end

local function reading(name, value, rows, source, given)
  given.readings = { [name] = value }
  section(source, { merged(given, { "reading-" .. name .. "-" .. value, rows, name .. " = " .. value }) })
end

local describe, list = OPERATIONS[2][2], OPERATIONS[3][2]
local lists, describes = owner { operations = { "ListJobs" } }, owner { operations = { "DescribeJob" } }

reading("expired_token", "400", "C13 G06", "7730", {
  steps = { step(guest {}, G06) }, credentials = { merged(GUEST, { expires = START }) } })
reading("expired_token", "403", "C13 G06", "7730 (older)", {
  steps = { step(guest {}, refused(403, "ExpiredToken", "G06")),
    step(guest { form = "query" }, refused(403, "ExpiredToken", "G06")) },
  credentials = { merged(GUEST, { expires = START }) } })

reading("wrong_signature", "own_code", "C14 D117 G03", "7730", {
  steps = { step(signed { secret_key = "x" }, G03) } })
reading("wrong_signature", "access_denied", "C14 D117 G03", "40105", {
  steps = { step(signed { secret_key = "x" }, merged(refused(403, "AccessDenied", "G03"),
      { match = "<Message>SignatureDoesNotMatch" })),
    step(unsigned(), merged(G01, { match = "<Message>Access Denied%.<" })) } })

reading("expired_signature", "access_denied", "C15 D116 G05", "40105", {
  steps = { step(signed { time = "0;1" }, merged(G05, { match = "<Message>Request has expired<" })) } })
reading("expired_signature", "own_code", "C15 D116 G05", "7730, FLARE", {
  steps = { step(signed { time = "0;1" }, refused(403, "Request has expired", "G05")) } })

reading("malformed_authorization", "access_denied", "D121", "ours (D121)", {
  steps = { step(authorized "nonsense", D121) } })
reading("malformed_authorization", "invalid_argument", "D121", "ours (D121)", {
  steps = { step(authorized "nonsense", refused(400, "InvalidArgument", "D121")),
    step(signed { form = "query", fields = { ["q-ak"] = false } }, refused(400, "InvalidArgument", "D121")),
    step(unsigned(), G01) } })

reading("date_header", "ignored", "D119", "ours (D119)", {
  steps = { step(signed({}, merged(list, with(day(-86400)))), ok),
    step(signed({}, merged(list, with { "Date", "today" })), ok) } })
reading("date_header", "checked", "D119 G04", "40105", { steps = {
  step(signed({}, list), ok),
  step(signed({}, merged(list, with(day(0)))), ok),
  step(signed({}, merged(list, with(day(900)))), ok),
  step(signed({}, merged(list, with(day(-900)))), ok),
  step(signed({}, merged(list, with(day(901)))), G04),
  step(signed({}, merged(list, with(day(-901)))), G04),
  step(signed({ headers = { "date", "host" } }, merged(list, with(day(-901)))), G04),
  step(signed({ form = "query" }, merged(list, with(day(-901)))), G04),
  step(signed({}, merged(list, with { "Date", "today" })), G04),
  step(signed(nobody, merged(list, with(day(-901)))), G04),
  step(merged(list, with(day(-901))), G01),
} })

reading("describe_action", "list_jobs", "C12 G01", "38609", {
  steps = { step(signed({}, describe), ok), step(signed({}, list), ok) }, credentials = lists })
reading("describe_action", "describe_job", "C12 G01", "CAM-57092", {
  steps = { step(signed({}, describe), ok), step(signed({}, list), G01) }, credentials = describes })
section("38609, CAM-57092", {
  { "C12-describe", "C12 G01", "DescribeJob for a key that may describe alone", signed({}, describe), G01,
    credentials = describes, depends = "describe_action" },
  { "C12-list", "C12 G01", "DescribeJob for a key that may list alone, with its own action",
    signed({}, describe), G01, credentials = lists, readings = { describe_action = "describe_job" } },
})
section("ours (D119)", {
  { "D119-day", "D119", "a Date of another day is no matter", signed({}, with(day(-86400))), ok,
    depends = "date_header" },
  { "D119-word", "D119", "nor one that is none", signed({}, with { "Date", "today" }), ok,
    depends = "date_header" },
})

return scenarios
