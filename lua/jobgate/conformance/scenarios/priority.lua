-- UpdateJobPriority (1.2, 2.4; D43, D61, D78-D80).

local function target(priority)
  return "/jobs/j1/priority?priority=" .. priority
end

local function accepted(id, rows, title, priority, number)
  return { id = id, title = title, rows = rows, from = "ours", source = "7.3",
    job = "Suspended", request = { target = target(priority) },
    expect = { status = 200, job = { priority = number },
      body = ("<UpdateJobPriorityResult>\n\t<JobId>j1</JobId>\n\t<Priority>%d</Priority>\n"
        .. "</UpdateJobPriorityResult>"):format(number) } }
end

local function refused(id, title, priority)
  return { id = "D43-" .. id, title = title, rows = { "D43", "C04" }, from = "ours",
    source = "7.3, E04 of 38610", depends = { "priority_out_of_range" },
    arrange = { jobs = { { id = "j1", status = "Suspended", priority = 3 } } },
    request = { target = target(priority) },
    expect = { status = 400, code = "InvalidArgument", row = "E04", job = { priority = 3 } } }
end

local function finished(status)
  return { id = "D61-" .. status, title = "no priority for a job that is " .. status,
    rows = { "D61", "D62", "E22", "E39" }, from = "documented", source = "38610, 38612",
    arrange = { jobs = { { id = "j1", status = status, priority = 3 } } },
    request = { target = target "5" },
    expect = { status = 404, code = "NoSuchJob", row = "E39",
      job = { status = status, priority = 3 } } }
end

--- The number changes, and nothing else.
local function changes(row, status, from, source)
  return { id = row .. "-" .. status, title = "a job that is " .. status .. " takes a priority",
    rows = { row, "D80", "2.4" }, from = from, source = source,
    arrange = { jobs = { { id = "j1", status = status, priority = 3, reason = "before" } } },
    request = { target = target "5" },
    expect = { status = 200, elements = { JobId = "j1", Priority = "5" },
      job = { status = status, priority = 5, reason = "before" } } }
end

local zero = accepted("D43-zero", { "D43", "C18" }, "0 is a priority", "0", 0)
zero.from, zero.source, zero.depends = "documented", "38612", { "priority_zero" }

return {
  zero,
  accepted("D43-one", { "D43" }, "1 is one", "1", 1),
  accepted("D43-most", { "D43" }, "2147483647 is the highest", "2147483647", 2147483647),
  accepted("D43-zeros", { "D43" }, "zeros in front do not count", "0005", 5),
  accepted("D43-many-zeros", { "D43" }, "however many", ("0"):rep(40) .. "7", 7),
  accepted("D43-first", { "D29" }, "of two priorities the first wins", "5&priority=6", 5),
  accepted("D43-unknown", { "D30" }, "other parameters are ignored", "5&Priority=6&x", 5),
  refused("plus", "a plus sign is no digit", "%2B5"),
  refused("minus", "there are none below 0", "-1"),
  refused("fraction", "a fraction is no integer", "5.0"),
  refused("exponent", "an exponent makes none", "1e3"),
  refused("before", "a blank in front is not trimmed", "+5"),
  refused("after", "nor is one behind", "5+"),
  refused("above", "2147483648 is too high", "2147483648"),
  refused("digits", "thirty digits are too high", ("9"):rep(30)),
  refused("wrap", "2^64 and 5 are not 5", "18446744073709551621"),
  refused("hex", "hex digits are none", "0x10"),
  refused("wide", "digits of other scripts are none", "%EF%BC%95"),
  refused("nul", "a zero byte does not end the number", "5%00"),
  { id = "D28-priority", title = "Priority is another parameter", rows = { "D28", "E12" },
    from = "ours", source = "7.3", job = "Suspended",
    request = { target = "/jobs/j1/priority?Priority=5" },
    expect = { status = 400, code = "InvalidRequest", row = "E12" } },

  finished "Complete", finished "Failed", finished "Cancelled",
  changes("D80", "New", "observed", "GOSDK live test"),
  changes("D80", "Preparing", "observed", "GOSDK live test"),
  changes("D80", "Suspended", "ours", "7.5"),
  changes("D80", "Ready", "ours", "7.5"),
  changes("D80", "Active", "documented", "32961"),
  changes("D80", "Pausing", "ours", "7.5"),
  changes("D80", "Paused", "ours", "7.5"),
  changes("D78", "Completing", "ours", "7.5"),
  changes("D78", "Cancelling", "ours", "7.5"),
  changes("D78", "Failing", "ours", "7.5"),
  { id = "D79", title = "the priority that a job has already is accepted",
    rows = { "D79" }, from = "ours", source = "7.5",
    arrange = { jobs = { { id = "j1", status = "Active", priority = 5 } } },
    request = { target = target "5" },
    expect = { status = 200, elements = { Priority = "5" }, job = { priority = 5 } } },
  { id = "D80-later", title = "nor does it change a status later: jobs run side by side",
    rows = { "D80" }, from = "ours", source = "7.5", depends = { "scheduler" },
    arrange = { jobs = {
      { id = "j1", status = "Active", priority = 1 }, { id = "j2", status = "Ready", priority = 1 } } },
    steps = {
      { request = { target = "/jobs/j2/priority?priority=9" }, expect = { status = 200 } },
      { advance = 2, expect = { events = { "j2 Ready Active" }, job = { status = "Active" } } },
    } },
  { id = "2.4-described", title = "the new priority is what is described and listed",
    rows = { "2.4" }, from = "observed", source = "GOSDK live test", job = "New",
    steps = {
      { request = { target = target "7" }, expect = { status = 200 } },
      { request = { method = "GET", target = "/jobs/j1" },
        expect = { status = 200, elements = { ["Job/Priority"] = "7" } } },
      { request = { method = "GET", target = "/jobs" },
        expect = { status = 200, elements = { ["Jobs/member/Priority"] = "7" } } },
    } },
  { id = "D74-priority", title = "a refused priority leaves the old one",
    rows = { "D74" }, from = "ours", source = "7.5", depends = { "priority_out_of_range" },
    arrange = { jobs = { { id = "j1", status = "Active", priority = 5, data = { n = 1 } } } },
    steps = {
      { request = { target = target "6" }, expect = { status = 200 } },
      { request = { target = target "x" },
        expect = { status = 400, code = "InvalidArgument", row = "E04", job = { priority = 6 } } },
      { request = { method = "GET", target = "/jobs/j1" },
        expect = { status = 200, elements = { ["Job/Priority"] = "6" } } },
    } },
}
