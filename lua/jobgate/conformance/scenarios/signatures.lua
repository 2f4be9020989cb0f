-- Signatures (section 5): who asks, what is signed, and how that is written. The
-- requests are signed while this file is read; V4 to V7 stand here as printed.

local kit = require "jobgate.conformance.signed"
local submissions = require "jobgate.conformance.submissions"

local ready, APPID, OWNER, EXAMPLE, GUEST = kit.ready, kit.APPID, kit.OWNER, kit.EXAMPLE, kit.GUEST
local OPERATIONS, merged, signed, unsigned = kit.OPERATIONS, kit.merged, kit.signed, kit.unsigned
local authorized, window, by, owner, ok = kit.authorized, kit.window, kit.by, kit.owner, kit.ok
local G01, G02, G03, D121, query, with = kit.G01, kit.G02, kit.G03, kit.D121, kit.query, kit.with

local scenarios = {
  { id = "sign-D115-off", title = "where no credentials are arranged no signature is looked at",
    rows = { "D115" }, from = "ours", source = "D115", job = "Suspended",
    request = authorized "nonsense", expect = ok },
}

local function section(...)
  kit.section(scenarios, ...)
end

-- The vectors of 5.4, byte for byte.

local STATUS = "/jobs/021140d8-67ca-4e89-8089-0de9a1e40943/status"
local GO = STATUS .. "?requestedJobStatus=Ready&statusUpdateReason=to+test"
local DATE = { "Date", "Thu, 16 May 2019 06:45:51 GMT" }
local TIMES = "&q-sign-time=1557989151;1557996351&q-key-time=1557989151;1557996351"
local LISTS = "requestedjobstatus;statusupdatereason"

--- The Authorization of a vector.
local function printed(headers, parameters, signature)
  return { "Authorization", "q-sign-algorithm=sha1&q-ak=" .. EXAMPLE.secret_id .. TIMES
    .. "&q-header-list=" .. headers .. "&q-url-param-list=" .. parameters
    .. "&q-signature=" .. signature }
end

local function vector(id, title, request, elements)
  return { id, id:sub(1, 2) .. " D115", title, request, { status = 200, elements = elements },
    clock = "manual@2019-05-16T06:45:51Z", credentials = { EXAMPLE },
    jobs = { { id = "021140d8-67ca-4e89-8089-0de9a1e40943", status = "Suspended" } } }
end

local V4 = printed("content-length;host;x-cos-appid", LISTS,
  "ecbc3876e8433cb00be97aa5e119dd41decea4a2")

section("7778, GOSDK (derived: 5.4)", {
  vector("V4", "UpdateJobStatus as the Go client signs it",
    { target = GO, headers = { APPID, V4 } }, { Status = "Ready", StatusUpdateReason = "to test" }),
  vector("V4-query", "the same in the query",
    { target = GO .. "&" .. (V4[2]:gsub(";", "%%3B")), headers = { APPID } },
    { Status = "Ready", StatusUpdateReason = "to test" }),
  vector("V5", "Content-Length is not signed",
    { target = GO, headers = { APPID, printed("host;x-cos-appid", LISTS,
      "3164ab161e6c6d1b21a7269959e8928772b7f17a") } }, { Status = "Ready" }),
  vector("V6", "a reason in Chinese, and the date signed",
    { target = STATUS .. "?requestedJobStatus=Cancelled"
        .. "&statusUpdateReason=%E5%8F%96%E6%B6%88%E6%93%8D%E4%BD%9C",
      headers = { APPID, DATE, printed("date;host;x-cos-appid", LISTS,
        "82091c94e76beafcf4ad8164ce791aa2b7fc2faa") } },
    { Status = "Cancelled", StatusUpdateReason = "取消操作" }),
  vector("V7", "ListJobs", { method = "GET", target = "/jobs?maxResults=2",
    headers = { APPID, printed("host;x-cos-appid", "maxresults",
      "caca35dba7b5b33a379eaa1ecb694a8eaaa769c1") } },
    { ["Jobs/member/JobId"] = "021140d8-67ca-4e89-8089-0de9a1e40943" }),
})

section("ours (D115)", {
  { "D115-control", "D115", "the control API asks for none, ever",
    { method = "GET", target = "/_jobgate/health", host = "127.0.0.1", headers = {} }, ok },
})

-- Who is it? G01, G02, G03.

section("7730, 40105", {
  { "G01-token", "G01", "a token is no signature", unsigned { headers = { APPID,
    { "x-cos-security-token", "x" } } }, G01 },
  { "G01-list", "G01", "nor is a list of headers",
    { target = ready .. "&q-header-list=host" }, G01 },
  { "G01-name", "G01", "nor is a header that only begins like one",
    unsigned { headers = { APPID, { "Authorization-Info", "q-ak=AKIDowner" } } }, G01 },
  { "G02", "G02", "an id that nobody has",
    signed { secret_id = "AKIDnobody" }, merged(G02, { detail = "AKIDnobody" }) },
  { "G02-case", "G02", "an id in other case", signed { secret_id = "akidOWNER" }, G02 },
  { "G02-part", "G02", "the beginning of an id", signed { secret_id = "AKIDowne" }, G02 },
  { "G02-longer", "G02", "an id and more", signed { secret_id = "AKIDowner2" }, G02 },
  { "G02-query", "G02", "an id that nobody has, in the query",
    signed { secret_id = "AKIDnobody", form = "query" }, G02 },
  { "G03", "G03", "another key; the journal tells what was expected",
    signed { secret_key = "key-of-somebody" }, merged(G03, {
      detail = { "requestedjobstatus=Ready", "content%-length=0&host=1000", "cos%-appid=1250000000" },
    }) },
  { "G03-query", "G03", "another key, in the query",
    signed { secret_key = "key-of-somebody", form = "query" }, G03 },
  { "G03-other-id", "G03", "the key of another id", signed { secret_key = GUEST.secret_key }, G03,
    credentials = { OWNER, GUEST } },
  { "second", "G02", "the second of two credentials is known too", signed(by(EXAMPLE)), ok,
    credentials = { OWNER, EXAMPLE } },
  { "G03-method", "G03", "another method than was signed", signed { as = { method = "GET" } }, G03 },
  { "G03-path", "G03", "another path",
    signed { as = { target = "/jobs/j2/status?requestedJobStatus=Ready" } }, G03 },
  { "G03-parameter", "G03", "another value of a parameter",
    signed { as = { target = "/jobs/j1/status?requestedJobStatus=Cancelled" } }, G03 },
  { "G03-parameter-case", "G03", "a value in other case",
    signed { as = { target = "/jobs/j1/status?requestedJobStatus=ready" } }, G03 },
  { "G03-header", "G03", "another value of a header",
    signed { headers = { "x-cos-appid" }, as = { headers = { { "x-cos-appid", "1250000001" } } } }, G03 },
  { "G03-host", "G03", "another host",
    signed { headers = { "host" }, as = { headers = { { "Host", "127.0.0.1" } } } }, G03 },
  { "G03-time", "G03", "another time", signed { fields = { ["q-key-time"] = window(0, 901) } }, G03 },
  { "G03-empty", "G03", "an empty signature", signed { fields = { ["q-signature"] = "" } }, G03 },
  { "G03-short", "G03", "the beginning of a signature",
    signed { fields = { ["q-signature"] = ("0"):rep(39) } }, G03 },
  { "G03-zeros", "G03", "forty zeros", signed { fields = { ["q-signature"] = ("0"):rep(40) } }, G03 },
  { "G03-long", "G03", "more than a signature",
    signed { fields = { ["q-signature"] = ("0"):rep(80) } }, G03 },
  { "G03-list", "G03", "fewer parameters in the list than were signed",
    signed { fields = { ["q-url-param-list"] = "" } }, G03 },
  { "G03-header-list", "G03", "fewer headers",
    signed { fields = { ["q-header-list"] = "host" } }, G03 },
})

for _, operation in ipairs(OPERATIONS) do
  local name, request = table.unpack(operation)
  local fine = { status = name == "DeleteJob" and 204 or 200 }
  section("7730, 40105", {
    { "G01-" .. name, "G01 D115", name .. " without a signature", request, G01 },
    { "G03-" .. name, "G03", name .. " with another key",
      signed({ secret_key = "other" }, request), G03 },
    { name, "D115 D117", name .. " signed in a header", signed({}, request), fine },
    { name .. "-query", "D115 D117", name .. " signed in the query",
      signed({ form = "query" }, request), fine },
    -- C12, beneath, has what else there is about DescribeJob.
    { "granted-" .. name, "G01", name .. " for a key that may do nothing else",
      signed({}, request), fine, credentials = owner { operations = {
        name == "DescribeJob" and "ListJobs" or name } },
      depends = name == "DescribeJob" and "describe_action" or nil },
  })
  local others = {}
  for _, other in ipairs(OPERATIONS) do
    if other[1] ~= name and not (name == "DescribeJob" and other[1] == "ListJobs") then
      table.insert(others, other[1])
    end
  end
  section("7730, 40105", {
    { "denied-" .. name, "G01", name .. " for a key that may do all else",
      signed({}, request), G01, credentials = owner { operations = others } },
    { "denied-" .. name .. "-query", "G01", name .. " for such a key, signed in the query",
      signed({ form = "query" }, request), G01, credentials = owner { operations = others } },
  })
end

-- What is signed (5.1, 5.2).

section("7778, GOSDK", {
  { "order", "5.1", "parameters in another order",
    signed({}, { target = "/jobs/j1/status?statusUpdateReason=x&requestedJobStatus=Ready" }), ok },
  { "percent", "5.1 5.2", "percent-encoded bytes are signed as what they stand for",
    signed({}, query "statusUpdateReason=%21%27%28%29%2A%2F%7e%41+%2B%25%26%3D"),
    { status = 200, elements = { StatusUpdateReason = "!'()*/~A +%&=" } } },
  { "raw", "5.1", "bytes that need not have been encoded are signed encoded",
    signed({}, query "statusUpdateReason=!'()*/~:@"),
    { status = 200, elements = { StatusUpdateReason = "!'()*/~:@" } } },
  { "cjk-lower", "5.1 D33", "Chinese, in lower-case digits", signed({}, query "statusUpdateReason=%e5%8f%96"),
    { status = 200, elements = { StatusUpdateReason = "取" } } },
  { "plus", "5.2 D32", "a plus is signed as the blank that it is",
    signed({ as = query "statusUpdateReason=to%20test" }, query "statusUpdateReason=to+test"), ok },
  { "plus-as-plus", "5.2 G03", "not as a plus",
    signed({ as = query "statusUpdateReason=to%2Btest" }, query "statusUpdateReason=to+test"), G03 },
  { "equals", "5.1", "a value with an equals sign", signed({}, query "statusUpdateReason=a=b=c"), ok },
  { "no-value", "5.1", "no value counts as an empty one",
    signed({ as = query "statusUpdateReason=" }, query "statusUpdateReason"), ok },
  { "empty-value", "5.1", "an empty value", signed({}, query "statusUpdateReason=&x="), ok },
  { "empty-parts", "5.1", "nothing between two ampersands is no parameter", signed({}, query "&&x=1&"), ok },
  { "upper-name", "5.1 D28", "names are signed in lower case",
    signed({ as = query "x-y=1" }, query "X-Y=1"), ok },
  { "odd-names", "5.1", "names are encoded, then lower-case",
    signed({}, query "%E5%8F%96=1&a%20B=2&a%2FC=3&x[]=4"), ok },
  { "repeated", "5.2 D29", "a parameter that is repeated is signed as often",
    signed({}, query "x=2&x=10&x=1&X=0"), ok },
  { "repeated-bytes", "5.2 D29", "its values in the order of their bytes",
    signed({}, query "x=%20&x=%2F&x=a&x=%E5&x=A&x=-&x="), ok },
  { "repeated-other", "5.2 D29 G03", "another of them than was signed",
    signed({ as = query "x=2&x=1" }, query "x=2&x=3"), G03 },
  { "path", "5.1 D15", "the path is signed decoded",
    signed({ as = { target = ready } }, { target = "/jobs/%6a1/stat%75s?requestedJobStatus=Ready" }), ok },
  { "path-raw", "5.1 G03", "not as it was sent",
    signed({ as = { target = "/jobs/%256a1/status?requestedJobStatus=Ready" } },
      { target = "/jobs/%6a1/status?requestedJobStatus=Ready" }), G03 },
  { "path-plus", "5.1", "a plus in it is a plus",
    signed({}, { method = "GET", target = "/jobs/a+b%20c" }), ok, jobs = { { id = "a+b c" } } },
  { "path-cjk", "5.1", "a path in Chinese",
    signed({}, { method = "GET", target = "/jobs/%E5%8F%96" }), ok, jobs = { { id = "取" } } },
  { "path-slash", "5.1", "a slash in a name is one like any other, decoded",
    signed({}, { method = "GET", target = "/jobs/a%2Fb" }), ok, jobs = { { id = "a/b" } } },
  { "absolute", "5.1", "of a target with scheme and host the path is signed",
    signed({ as = { target = ready } },
      { target = "http://100000000001.cos-control.ap-chengdu.myqcloud.com" .. ready }), ok },
  { "create", "5.2", "all that the Go client signs of a CreateJob",
    signed({ headers = { "content-length", "content-md5", "content-type", "host", "x-cos-appid" } },
      merged(submissions.request(), with { "Content-Type", "application/xml" })), ok },
  { "host-port", "5.2", "Host is signed with its port", signed({}, { host = "127.0.0.1:8080" }), ok },
  { "header-blanks", "5.1", "blanks around a header are no part of it",
    signed({ headers = { "x-cos-appid", "x-note" } },
      { headers = { { "x-cos-appid", " 1250000000\t " }, { "x-note", "  a  b " } } }), ok },
  { "header-empty", "5.1", "an empty header",
    signed({ headers = { "x-note" } }, with { "x-note", "" }), ok },
  { "header-bytes", "5.1", "a header's value is encoded byte by byte",
    signed({ headers = { "x-note" } }, with { "x-note", "取 a+b/c=\"~\"" }), ok },
  { "header-names", "5.1", "names of headers are signed in lower case, whatever they hold",
    signed({ headers = { "X-NOTE_1", "x-a!b" } }, with({ "X-NOTE_1", "1" }, { "X-A!B", "2" })), ok },
  { "header-twice", "5.1", "a header that stands twice is signed twice",
    signed({ headers = { "x-note", "host" } }, with({ "x-note", "b" }, { "X-Note", "a" })), ok },
  { "header-list", "5.1", "the list may be in another order", signed {
    headers = { "host", "x-cos-appid" }, fields = { ["q-header-list"] = "x-cos-appid;host" } }, ok },
  { "parameter-list", "5.1", "that of the parameters too", signed({
    fields = { ["q-url-param-list"] = "x;requestedjobstatus" } }, query "x=1"), ok },
  { "unsigned-parameter", "D30", "parameters that are not listed are not signed",
    signed({ parameters = { "requestedJobStatus" } }, query "x=1"), ok },
  { "unsigned-all", "D30 D123", "nothing need be", signed { parameters = {}, headers = {} }, ok },
  { "D123-host", "D123", "Host is not signed", signed { headers = { "x-cos-appid" } }, ok },
  { "D123-appid", "D123", "x-cos-appid is not signed", signed { headers = { "host" } }, ok },
  { "D123-appid-query", "D123", "nor in the query",
    signed { headers = {}, form = "query" }, ok },
  { "unknown-key", "5.1", "a key that nobody knows is no harm",
    signed { fields = { ["q-ak"] = "AKIDowner&q-other=1" } }, ok },
})

section("ours (D122)", {
  { "D122-header", "D122 G03", "a header that is listed, but absent, counted as empty",
    signed { headers = { "host", "x-absent" } }, G03 },
  { "D122-left-out", "D122 G03", "and not counted",
    signed { headers = { "host" }, fields = { ["q-header-list"] = "host;x-absent" } }, G03 },
  { "D122-parameter", "D122 G03", "a parameter, counted as empty",
    signed { parameters = { "requestedJobStatus", "absent" } }, G03 },
  { "D122-parameter-out", "D122 G03", "and not counted",
    signed { fields = { ["q-url-param-list"] = "absent;requestedjobstatus" } }, G03 },
  { "D122-longer", "D122 G03", "a header with a longer name is another one", signed {
    headers = { "x-cos-appid2" }, as = { headers = { { "x-cos-appid2", "1250000000" } } } }, G03 },
  { "D122-shorter", "D122 G03", "so is one with a shorter name", signed {
    headers = { "x-cos-app" }, as = { headers = { { "x-cos-app", "1250000000" } } } }, G03 },
  { "D122-parameter-longer", "D122 G03", "a parameter with a longer name",
    signed { as = { target = (ready:gsub("Status=", "Status2=")) } }, G03 },
  { "D122-parameter-shorter", "D122 G03", "a parameter with a shorter name",
    signed { as = { target = (ready:gsub("Status=", "Statu=")) } }, G03 },
  { "D122-once", "D122 G03 D29", "a parameter that is listed twice, but there once",
    signed({ as = query "x=1&x=1" }, query "x=1"), G03 },
  { "D122-query", "D122 G03", "a header, in the query",
    signed { headers = { "x-absent" }, form = "query" }, G03 },
})

-- Is it well-formed? D121.

local KEYS = { "q-sign-algorithm", "q-ak", "q-sign-time", "q-key-time", "q-header-list",
  "q-url-param-list", "q-signature" }

local function malformed(id, title, request)
  section("ours (D121)", { { "D121-" .. id, "D121", title, request, D121 } })
end

for _, key in ipairs(KEYS) do
  malformed(key, key .. " is missing", signed { fields = { [key] = false } })
  malformed(key .. "-query", key .. " is missing in the query",
    signed { form = "query", fields = { [key] = false } })
  malformed(key .. "-twice", key .. " stands twice",
    signed { fields = { [key] = ("1;2&%s=1;2"):format(key) } })
  malformed(key .. "-twice-query", key .. " stands twice in the query",
    signed({ form = "query", parameters = { "requestedJobStatus" } }, query(key .. "=sha1")))
end
for i, word in ipairs { "sha256", "SHA1", "", "sha1 ", "sha" } do
  malformed("algorithm-" .. i, ("the algorithm is '%s'"):format(word),
    signed { fields = { ["q-sign-algorithm"] = word } })
end
for i, time in ipairs { "", "1767225600", "1767225600;", ";1767226500", "x;y", "1767225600,1767226500",
  "1767225600;1767226500;1767226500", "-1;1767226500", "+1;1767226500", "1.0;1767226500",
  "1;1767226500 ", "0x1;1767226500", "1767226500;1767225600", "1;2x" } do
  malformed("time-" .. i, ("q-sign-time is '%s'"):format(time), signed { time = time,
    key_time = window(0, 900) })
  malformed("key-time-" .. i, ("q-key-time is '%s'"):format(time), signed { time = window(0, 900),
    key_time = time })
end
malformed("empty", "an empty Authorization", authorized "")
malformed("word", "one of a word", authorized "nonsense")
malformed("basic", "one of another kind", authorized "Basic dXNlcjpwYXNz")
malformed("upper", "its keys in capitals", signed { fields = {
  ["q-ak"] = false, ["q-sign-time"] = window(0, 900) .. "&Q-AK=AKIDowner" } })
malformed("two", "two Authorization headers, the first one malformed",
  signed({}, with { "Authorization", "x" }))
malformed("two-empty", "two, the first one empty", signed({}, with { "AUTHORIZATION", "" }))
malformed("header-first", "a malformed header beside a good query",
  signed({ form = "query" }, with { "Authorization", "nonsense" }))
for _, key in ipairs { "q-signature", "q-ak", "q-sign-algorithm" } do
  malformed("alone-" .. key, key .. " alone in the query", unsigned(query(key .. "=sha1")))
end
local twice = vector("V4-twice", "two Authorization headers, both good",
  { target = GO, headers = { APPID, V4, V4 } })
twice[2] = "V4 D121"
twice[5] = merged(D121, { job = { id = twice.jobs[1].id, status = "Suspended" } })
section("ours (D121)", {
  twice,
  { "header-wins", "D121", "a good header beside a query that is none",
    signed({ parameters = { "requestedJobStatus" } }, query "q-ak=AKIDnobody&q-signature=0"), ok },
})

return scenarios
