-- Messages that could be read in two ways are refused before their body (rule
-- W3), and so are those beyond a limit (W7). Over HTTP the connection is then
-- closed.

local ready = "/jobs/j1/status?requestedJobStatus=Ready"
local malformed = { status = 400, code = "InvalidRequest", row = "W3", closed = true }
local too_large = { status = 413, code = "MaxMessageLengthExceeded", row = "W7A", closed = true }
local too_long = { status = 414, code = "InvalidURI", row = "W7B", closed = true }

--- Headers after Host and x-cos-appid.
local function with(...)
  return { { "Host", "h" }, { "x-cos-appid", "1250000000" }, ... }
end

local function refused(id, title, headers, doors)
  return { id = "W3-" .. id, title = title, rows = { "W3" }, from = "ours", source = "W3",
    job = "Suspended", doors = doors, expect = malformed,
    request = { target = ready, headers = headers, framing = false } }
end

local function refused_target(id, title, target)
  return { id = "W3-" .. id, title = title, rows = { "W3" }, from = "ours", source = "W3",
    job = "Suspended", expect = malformed, request = { target = target } }
end

local function limit(id, title, request, expect)
  return { id = "W7-" .. id, title = title, rows = { "W7" }, from = "ours", source = "W7",
    job = "Suspended", request = request, expect = expect }
end

-- Not over HTTP, where these would be another message, or where the server's
-- own page answers before it asks us (see beyond_spec.lua).
local process = { "process" }

return {
  refused("name-blank", "a header's name has a blank", with { "x y", "1" }),
  refused("name-before-colon", "a blank stands before the colon", with { "Content-Length ", "5" }),
  refused("name-byte", "a header's name has a character of no token", with { "x(y)", "1" }),
  refused("name-control", "a header's name has a control character", with { "x\1y", "1" }),
  refused("name-high", "a header's name has a byte beyond ASCII", with { "x\xC3\xA9", "1" }),
  refused("name-empty", "a header has no name", with { "", "1" }, process),
  refused("value-control", "a header's value has a control character", with { "x", "a\1b" }),
  refused("value-escape", "a header's value has an escape character", with { "x", "\27[0m" }),
  refused("value-del", "a header's value has DEL", with { "x", "a\127b" }),
  refused("value-cr", "a header's value has a CR inside", with { "x", "a\rb" }, process),
  refused("value-lf", "a header's value has a LF inside", with { "x", "a\nb: c" }, process),
  refused("appid-control", "x-cos-appid has a control character",
    { { "Host", "h" }, { "x-cos-appid", "125\0010" } }),

  refused("coding-gzip", "Transfer-Encoding is gzip", with { "Transfer-Encoding", "gzip" }),
  refused("coding-list", "Transfer-Encoding is a list",
    with { "Transfer-Encoding", "gzip, chunked" }),
  refused("coding-identity", "Transfer-Encoding is identity",
    with { "Transfer-Encoding", "identity" }),
  refused("coding-empty", "Transfer-Encoding is empty", with { "Transfer-Encoding", "" }),
  refused("coding-twice", "Transfer-Encoding stands twice",
    with({ "Transfer-Encoding", "chunked" }, { "Transfer-Encoding", "chunked" })),
  refused("coding-length", "Transfer-Encoding stands beside Content-Length",
    with({ "Content-Length", "5" }, { "Transfer-Encoding", "chunked" })),
  refused("length-twice", "Content-Length stands twice",
    with({ "Content-Length", "5" }, { "Content-Length", "6" })),
  refused("length-same", "Content-Length stands twice, with one value",
    with({ "Content-Length", "0" }, { "Content-Length", "0" })),
  refused("length-word", "Content-Length is no number", with { "Content-Length", "abc" }, process),
  refused("length-sign", "Content-Length has a sign", with { "Content-Length", "+5" }, process),
  refused("length-negative", "Content-Length is negative",
    with { "Content-Length", "-1" }, process),
  refused("length-list", "Content-Length is a list", with { "Content-Length", "5, 5" }, process),
  refused("length-digits", "Content-Length has 19 digits",
    with { "Content-Length", ("9"):rep(19) }, process),

  refused("host-none", "HTTP/1.1 without Host", { { "x-cos-appid", "1250000000" } }),
  refused("host-twice", "Host stands twice", with { "Host", "h" }),
  refused("host-case", "Host stands twice, in different case", with { "HOST", "other" }),
  refused("host-control", "Host has a control character",
    { { "Host", "h\1" }, { "x-cos-appid", "1250000000" } }),
  refused("host-high", "Host is not ASCII, nor UTF-8",
    { { "Host", "h\xFF" }, { "x-cos-appid", "1250000000" } }),
  refused("host-markup", "Host has markup",
    { { "Host", "<script>&" }, { "x-cos-appid", "1250000000" } }),
  refused("host-path", "Host has a path", { { "Host", "h/x" }, { "x-cos-appid", "1250000000" } }),

  refused_target("target-high", "the target has a byte beyond ASCII", "/jobs/\xE5\x8F\x96/status"),
  refused_target("target-query", "the query has one",
    ready .. "&statusUpdateReason=\xE5\x8F\x96"),
  refused_target("target-del", "the target has DEL", "/jobs/j1\127/status"),
  refused_target("target-control", "the target has a control character", "/jobs/j1\1/status"),
  refused_target("target-blank", "the target has a blank", "/jobs/j 1/status"),
  refused_target("target-tab", "the target has a tab", "/jobs/j\t1/status"),
  { id = "W3-target-star", title = "the target is no path", rows = { "W3" },
    from = "ours", source = "W3", job = "Suspended",
    request = { method = "OPTIONS", target = "*" },
    expect = { status = 400, code = "InvalidRequest", row = "W3" } },

  { id = "W3-method", title = "the method is no token", rows = { "W3" }, from = "ours",
    source = "W3", job = "Suspended", request = { method = "P(ST", target = ready },
    expect = malformed },
  { id = "W3-coding-old", title = "Transfer-Encoding stands in HTTP/1.0", rows = { "W3" },
    from = "ours", source = "W3", job = "Suspended", expect = malformed,
    request = { target = ready, version = "HTTP/1.0", framing = false,
      headers = with { "Transfer-Encoding", "chunked" } } },
  { id = "W3-version", title = "the version is neither 1.0 nor 1.1", rows = { "W3" },
    from = "ours", source = "W3", job = "Suspended",
    request = { target = ready, version = "HTTP/1.2" }, expect = malformed },

  limit("target", "a target of 4097 bytes is too long",
    { target = ready .. "&x=" .. ("x"):rep(4097 - #ready - 3) }, too_long),
  limit("target-fits", "one of 4096 bytes is not",
    { target = ready .. "&x=" .. ("x"):rep(4096 - #ready - 3) }, { status = 200 }),
  limit("body", "a body of 8 MiB and a byte, as announced, is too large",
    { target = ready, headers = with { "Content-Length", "8388609" }, framing = false }, too_large),
  limit("body-create", "that of a CreateJob too, whose XML may have less",
    { target = "/jobs", headers = with { "Content-Length", "8388609" }, framing = false }, too_large),
  limit("parameters", "64 parameters are read",
    { target = ready .. ("&a=1"):rep(63) }, { status = 200 }),
  limit("parameters-more", "65 are refused",
    { target = ready .. ("&a=1"):rep(64) },
    { status = 400, code = "InvalidRequest", row = "W3" }),
  limit("parameters-most", "900 too, beyond what the server could keep",
    { target = ready .. ("&a=1"):rep(900) },
    { status = 400, code = "InvalidRequest", row = "W3" }),
  limit("headers", "65 headers are refused",
    { target = ready, framing = false, headers = (function()
        local headers = with()
        for i = 3, 65 do
          headers[i] = { "x-" .. i, "1" }
        end
        return headers
      end)() }, malformed),
}
