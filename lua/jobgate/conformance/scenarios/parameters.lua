-- Query parameters (7.3, D23-D34): the names, requestedJobStatus, escapes.

local path = "/jobs/j1/status?"

local function refused(id, rows, title, query, expect)
  return { id = id, title = title, rows = rows, from = "ours", source = "7.3",
    job = "Suspended", request = { target = path .. query }, expect = expect }
end

local function wrong_status(id, row, title, query)
  return refused(id, { row }, title, query,
    { status = 400, code = "InvalidArgument", row = "E05" })
end

local function malformed(id, title, query)
  return refused(id, { "D34" }, title, query,
    { status = 400, code = "InvalidRequest", row = "D34" })
end

--- Accepted, with the reason that was understood.
local function accepted(id, row, title, query, reason, from, source)
  return { id = id, title = title, rows = { row }, from = from or "ours", source = source or "7.3",
    job = "Suspended", request = { target = path .. query },
    expect = { status = 200, elements = { Status = "Ready", StatusUpdateReason = reason },
      job = { status = "Ready", reason = reason ~= "" and reason } } }
end

return {
  wrong_status("D23-lower", "D23", "ready is not Ready", "requestedJobStatus=ready"),
  wrong_status("D23-upper", "D23", "READY is not Ready", "requestedJobStatus=READY"),
  wrong_status("D23-cancelled", "D23", "cancelled is not Cancelled",
    "requestedJobStatus=cancelled"),
  wrong_status("D23-american", "D23", "Canceled has one l too few", "requestedJobStatus=Canceled"),
  wrong_status("D24-after", "D24", "a blank behind is not trimmed", "requestedJobStatus=Ready%20"),
  wrong_status("D24-before", "D24", "nor is one in front", "requestedJobStatus=+Ready"),
  wrong_status("D24-line", "D24", "nor is a line end", "requestedJobStatus=Ready%0A"),
  wrong_status("D24-nul", "D24", "a zero byte does not end the word",
    "requestedJobStatus=Ready%00"),
  wrong_status("D25-none", "D25", "there is no parameter at all", ""),
  wrong_status("D25-reason", "D25", "there is only a reason", "statusUpdateReason=x"),
  wrong_status("D26-empty", "D26", "requestedJobStatus= is empty", "requestedJobStatus="),
  wrong_status("D26-bare", "D26", "requestedJobStatus without = is empty", "requestedJobStatus"),
  wrong_status("D27-active", "D27", "Active is a status, but not to be asked for",
    "requestedJobStatus=Active"),
  wrong_status("D27-suspended", "D27", "Suspended is the job's, but not to be asked for",
    "requestedJobStatus=Suspended"),
  wrong_status("D28-upper", "D28", "RequestedJobStatus is another parameter",
    "RequestedJobStatus=Ready"),
  wrong_status("D28-lower", "D28", "so is requestedjobstatus, as it is signed",
    "requestedjobstatus=Ready"),
  wrong_status("D29-first", "D29", "of two the first is read, be it wrong",
    "requestedJobStatus=x&requestedJobStatus=Ready"),
  wrong_status("D29-empty", "D29", "of two the first is read, be it empty",
    "requestedJobStatus=&requestedJobStatus=Ready"),
  wrong_status("D33-twice", "D33", "an escape is decoded once", "requestedJobStatus=%2552eady"),

  accepted("D28-reason", "D28", "StatusUpdateReason is unknown, so there is no reason",
    "requestedJobStatus=Ready&StatusUpdateReason=x", ""),
  accepted("D29-status", "D29", "of two statuses the first wins",
    "requestedJobStatus=Ready&requestedJobStatus=Cancelled", ""),
  accepted("D29-reason", "D29", "of two reasons the first wins",
    "statusUpdateReason=a&requestedJobStatus=Ready&statusUpdateReason=b", "a"),
  accepted("D30-unknown", "D30", "unknown parameters are ignored",
    "versionId=1&requestedJobStatus=Ready&x", ""),
  accepted("D30-signature", "D30", "a signature in the query is ignored",
    "q-sign-algorithm=sha1&q-ak=AKID&requestedJobStatus=Ready&x-cos-security-token=t", ""),
  accepted("D30-ampersands", "D30", "nothing between two & is no parameter",
    "&&requestedJobStatus=Ready&", ""),
  accepted("D31-order", "D31", "the order does not matter",
    "statusUpdateReason=why&requestedJobStatus=Ready", "why"),
  accepted("D32-plus", "D32", "+ is a blank",
    "requestedJobStatus=Ready&statusUpdateReason=to+test", "to test",
    "observed", "1.1, GOSDK live test"),
  accepted("D32-escaped", "D32", "%2B is a plus",
    "requestedJobStatus=Ready&statusUpdateReason=1%2B1", "1+1"),
  accepted("D33-lower", "D33", "hex digits may be small",
    "requestedJobStatus=Ready&statusUpdateReason=%e5%8f%96", "取"),
  accepted("D33-upper", "D33", "or capital, in a name too",
    "%72equestedJobStatus=%52eady&statusUpdateReason=%E6%B6%88", "消"),
  accepted("D33-once", "D33", "an escape is decoded once",
    "requestedJobStatus=Ready&statusUpdateReason=%2541", "%41"),
  accepted("D33-separators", "D33", "escaped separators separate nothing",
    "requestedJobStatus=Ready&statusUpdateReason=a%26b%3Dc%3Fd", "a&b=c?d"),
  accepted("D33-equals", "D33", "only the first = separates",
    "requestedJobStatus=Ready&statusUpdateReason=a=b=c", "a=b=c"),
  accepted("D33-question", "D33", "only the first ? begins the query",
    "requestedJobStatus=Ready&statusUpdateReason=why?", "why?"),

  malformed("D34-end", "nothing follows a %", "requestedJobStatus=Ready%"),
  malformed("D34-one", "one digit follows a %", "requestedJobStatus=Ready&statusUpdateReason=%4"),
  malformed("D34-letters", "no digits follow a %",
    "requestedJobStatus=Ready&statusUpdateReason=%zz"),
  malformed("D34-sign", "a sign is no digit", "requestedJobStatus=Ready&statusUpdateReason=%+1"),
  malformed("D34-name", "a name has a malformed escape", "requestedJobStatus=Ready&a%g0=1"),
  malformed("D34-unknown", "an unknown parameter has one", "requestedJobStatus=Ready&other=%"),
  { id = "D34-path", title = "the path has one",
    rows = { "D34" }, from = "ours", source = "7.3", job = "Suspended",
    request = { target = "/jobs/j%1/status?requestedJobStatus=Ready" },
    expect = { status = 400, code = "InvalidRequest", row = "D34" } },
}
