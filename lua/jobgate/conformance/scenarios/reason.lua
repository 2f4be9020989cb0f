-- statusUpdateReason (7.3, D35-D42): what it may hold, how long it may be.

local target = "/jobs/j1/status?requestedJobStatus=Ready&statusUpdateReason="

local function refused(row, id, title, reason)
  return { id = row .. "-" .. id, title = title, rows = { row }, from = "ours", source = "7.3",
    job = "Suspended", request = { target = target .. reason },
    expect = { status = 400, code = "InvalidArgument", row = row } }
end

--- Accepted: `text` is what is kept and told, `xml` how it is written.
local function accepted(rows, id, title, reason, text, xml)
  return { id = id, title = title, rows = rows, from = "ours", source = "7.3",
    job = "Suspended", request = { target = target .. reason },
    expect = { status = 200,
      elements = { StatusUpdateReason = text }, job = { reason = text },
      body = "<UpdateJobStatusResult>\n\t<JobId>j1</JobId>\n\t<Status>Ready</Status>\n"
        .. "\t<StatusUpdateReason>" .. (xml or text)
        .. "</StatusUpdateReason>\n</UpdateJobStatusResult>" } }
end

--- Accepted without a reason; an earlier one is forgotten.
local function empty(row, title, query)
  return { id = row, title = title, rows = { row }, from = "ours", source = "7.3",
    arrange = { jobs = { { id = "j1", status = "Suspended", reason = "before" } } },
    request = { target = "/jobs/j1/status?requestedJobStatus=Ready" .. query },
    expect = { status = 200, job = { status = "Ready", reason = false },
      body = "<UpdateJobStatusResult>\n\t<JobId>j1</JobId>\n\t<Status>Ready</Status>\n"
        .. "\t<StatusUpdateReason/>\n</UpdateJobStatusResult>" } }
end

local cjk = "%E5%8F%96" -- three bytes

return {
  refused("D35", "byte", "a byte that no UTF-8 has", "%FF"),
  refused("D35", "continuation", "a continuation without a beginning", "a%80"),
  refused("D35", "truncated", "a character that breaks off", "%E5%8F"),
  refused("D35", "overlong", "a slash in two bytes", "%C0%AF"),
  refused("D35", "nul", "a zero byte in two bytes", "%C0%80"),
  refused("D35", "surrogate", "half of a surrogate pair", "%ED%A0%80"),
  refused("D35", "beyond", "a character beyond U+10FFFF", "%F4%90%80%80"),
  refused("D35", "latin", "Latin-1", "caf%E9"),

  refused("D36", "nul", "a zero byte", "a%00b"),
  refused("D36", "first", "U+0001", "%01"),
  refused("D36", "vt", "a vertical tab", "%0B"),
  refused("D36", "feed", "a form feed", "%0C"),
  refused("D36", "escape", "an escape character", "%1B[31m"),
  refused("D36", "last", "U+001F", "%1F"),
  refused("D36", "fffe", "U+FFFE", "%EF%BF%BE"),
  refused("D36", "ffff", "U+FFFF", "%EF%BF%BF"),

  accepted({ "D36" }, "D36-tab", "TAB and LF are kept as they are", "a%09b%0Ac", "a\tb\nc"),
  accepted({ "D36" }, "D36-cr", "CR is kept and written as a reference",
    "a%0D%0Ab", "a\r\nb", "a&#13;\nb"),
  accepted({ "D36" }, "D36-del", "DEL and U+0080 can stand in XML", "%7F%C2%80", "\x7F\xC2\x80"),
  accepted({ "D36" }, "D36-planes", "so can characters beyond the first plane",
    "%F0%9F%98%80%EF%BF%BD", "😀\u{FFFD}"),

  accepted({ "D37" }, "D37", "markup is escaped", "%3Ca%20b=%22c%22%3E%26amp;%27",
    "<a b=\"c\">&amp;'", "&lt;a b=&quot;c&quot;&gt;&amp;amp;'"),
  accepted({ "D37" }, "D37-cdata", "the end of CDATA too", "]]%3E", "]]>", "]]&gt;"),

  accepted({ "D38", "D39" }, "D39-256", "256 bytes pass", ("r"):rep(256), ("r"):rep(256)),
  refused("D39", "257", "257 bytes do not", ("r"):rep(257)),
  accepted({ "D38" }, "D38-decoded", "it is the decoded bytes that count",
    ("%72"):rep(256), ("r"):rep(256)),
  accepted({ "D38" }, "D38-escaped", "not those of the XML",
    ("%26"):rep(256), ("&"):rep(256), ("&amp;"):rep(256)),
  accepted({ "D40" }, "D40-255", "85 characters of 3 bytes pass", cjk:rep(85), ("取"):rep(85)),
  accepted({ "D40" }, "D40-256", "with one more byte too",
    cjk:rep(85) .. "x", ("取"):rep(85) .. "x"),
  { id = "D40-258", title = "86 characters of 3 bytes do not", rows = { "D40", "D38" },
    from = "ours", source = "7.3", job = "Suspended",
    request = { target = target .. cjk:rep(86) },
    expect = { status = 400, code = "InvalidArgument", row = "D39" } },

  empty("D41", "an empty reason is told as an empty element", "&statusUpdateReason="),
  empty("D42", "no reason is told the same way, and empties the stored one", ""),

  { id = "reason-observed", title = "Chinese comes back as it was sent",
    rows = { "1.1" }, from = "observed", source = "PHP test",
    job = "Suspended",
    request = { target = "/jobs/j1/status?requestedJobStatus=Cancelled"
      .. "&statusUpdateReason=%E5%8F%96%E6%B6%88%E6%93%8D%E4%BD%9C" },
    expect = { status = 200,
      elements = { Status = "Cancelled", StatusUpdateReason = "取消操作" } } },
}
