-- ListJobs (1.4; D44-D47, D93-D96): pages, tokens, the filter.

local function get(query)
  return { method = "GET", target = "/jobs" .. (query and "?" .. query or "") }
end

--- What a page shows: these ids and no more, and the token.
local function page(ids, token)
  local elements = { NextToken = token or "", [("Jobs/member[%d]"):format(#ids + 1)] = false }
  for i, id in ipairs(ids) do
    elements[("Jobs/member[%d]/JobId"):format(i)] = id
  end
  return { status = 200, elements = elements }
end

local function jobs(...)
  local all = {}
  for i, id in ipairs { ... } do
    all[i] = { id = id, status = "Suspended", creation_time = ("2025-12-31T00:00:%02dZ"):format(i) }
  end
  return all
end

local four = jobs("a", "b", "c", "d")

local function refused(row, default, id, title, query, depends)
  return { id = default .. "-" .. id, title = title, rows = { default, row }, from = "ours",
    source = "7.3", depends = depends, arrange = { jobs = four }, request = get(query),
    expect = { status = 400, code = "InvalidArgument", row = row } }
end

local function max_results(id, title, value, clamped)
  return refused("E07", "D44", id, title, "maxResults=" .. value, { "max_results", clamped })
end

local function listed(id, rows, title, query, expect, depends)
  return { id = id, title = title, rows = rows, from = "ours", source = "7.3, 7.6",
    depends = depends, arrange = { jobs = four }, request = get(query), expect = expect }
end

local LAST = { "last_page_token" }
local all = page { "a", "b", "c", "d" }

--- More jobs than a page has by itself.
local many = {}
for i = 1, 1001 do
  many[i] = { id = ("j%04d"):format(i) }
end

local scenarios = {
  max_results("zero", "maxResults 0 is not positive", "0"),
  max_results("minus", "nor is -1", "-1"),
  max_results("word", "abc is no number", "abc"),
  max_results("above", "1001 is more than a page has", "1001", "max_results_above_1000"),
  max_results("plus", "a plus sign is no digit", "%2B5"),
  max_results("fraction", "a fraction is no integer", "1.5"),
  max_results("digits", "thirty digits are too many", ("9"):rep(30)),
  max_results("wrap", "2^64 and 1 are not 1", "18446744073709551617"),
  max_results("empty", "an empty one is no number", ""),
  listed("D44-one", { "D44", "D94" }, "a page of one", "maxResults=1", page({ "a" }, "a")),
  listed("D44-zeros", { "D44" }, "zeros in front do not count", "maxResults=002",
    page({ "a", "b" }, "b")),
  listed("D44-most", { "D44" }, "1000 is the most", "maxResults=1000", all, LAST),
  listed("D44-absent", { "D44" }, "without maxResults all are on the page", nil, all, LAST),
  { id = "D44-default", title = "a page has 1000 jobs where nothing is said",
    rows = { "D44", "1.4" }, from = "documented", source = "38611", doors = { "process" },
    arrange = { jobs = many }, depends = LAST,
    steps = {
      { request = get(), expect = { status = 200, elements = {
        ["Jobs/member[1000]/JobId"] = "j1000", ["Jobs/member[1001]"] = false,
        NextToken = "j1000" } } },
      { request = get "nextToken=j1000", expect = page { "j1001" } },
    } },

  refused("E06", "D45", "comma", "several statuses with commas are none",
    "jobStatuses=New,Ready"),
  refused("E06", "D45", "bar", "with bars neither", "jobStatuses=New%7CReady"),
  refused("E06", "D45", "first", "of two the first is read, be it wrong",
    "jobStatuses=x&jobStatuses=Suspended"),
  refused("E06", "D23", "list", "suspended is not Suspended", "jobStatuses=suspended"),
  refused("E06", "D24", "list", "a blank is not trimmed", "jobStatuses=Suspended+"),
  refused("E06", "C10", "american", "Canceled has one l too few", "jobStatuses=Canceled"),
  listed("D45-repeated", { "D45", "D29" }, "of two statuses the first wins",
    "jobStatuses=Suspended&jobStatuses=New", all, LAST),
  listed("D46", { "D46" }, "an empty status is as none", "jobStatuses=", all, LAST),
  listed("D28-list", { "D28" }, "jobstatuses is another parameter", "jobstatuses=New", all, LAST),

  refused("E08", "D47", "long", "a token of 65 bytes is none", "nextToken=" .. ("a"):rep(65)),
  refused("E08", "D47", "nul", "nor is an id with a zero byte behind it", "nextToken=a%00"),
  refused("E08", "D47", "case", "nor an id in other letters", "nextToken=A"),
  listed("D47-empty", { "D47", "C07" }, "an empty token begins from the first", "nextToken=", all,
    LAST),
  listed("D47-absent", { "C07" }, "a first page has no token", "maxResults=2",
    page({ "a", "b" }, "b")),
  listed("D47-last", { "D47", "D95" }, "behind the last job there is nothing", "nextToken=d",
    { status = 200, body = "<ListJobsResult>\n\t<Jobs/>\n\t<NextToken/>\n</ListJobsResult>" }),
  { id = "D47-deleted", title = "the id of a deleted job is no token any more",
    rows = { "D47", "D16" }, from = "ours", source = "7.3", arrange = { jobs = four },
    steps = {
      { request = get "maxResults=2", expect = page({ "a", "b" }, "b") },
      { request = { method = "DELETE", target = "/jobs/b" }, expect = { status = 204 } },
      { request = get "maxResults=2&nextToken=b",
        expect = { status = 400, code = "InvalidArgument", row = "E08" } },
      { request = get "maxResults=2", expect = page({ "a", "c" }, "c") },
    } },

  { id = "D93-time", title = "jobs stand in the order of their creation",
    rows = { "D93" }, from = "observed", source = "38611-md fits",
    arrange = { jobs = {
      { id = "a", creation_time = "2025-12-31T00:00:02Z" },
      { id = "b", creation_time = "2025-12-31T00:00:01Z" },
      { id = "c", creation_time = "2025-12-31T00:00:03Z" } } },
    depends = LAST, request = get(), expect = page { "b", "a", "c" } },
  { id = "D93-id", title = "those of one second in the order of their ids",
    rows = { "D93" }, from = "ours", source = "7.6",
    arrange = { jobs = { { id = "b" }, { id = "a10" }, { id = "B" }, { id = "a2" } } },
    depends = LAST, request = get(), expect = page { "B", "a10", "a2", "b" } },
  { id = "D93-token", title = "a token stands for its job, whatever happens to it",
    rows = { "D93", "D94" }, from = "ours", source = "7.6", arrange = { jobs = four },
    depends = LAST,
    steps = {
      { request = get "maxResults=2&jobStatuses=Suspended", expect = page({ "a", "b" }, "b") },
      { request = { target = "/jobs/b/status?requestedJobStatus=Cancelled" },
        expect = { status = 200 } },
      { request = get "maxResults=2&jobStatuses=Suspended&nextToken=b", expect = page { "c", "d" } },
    } },
  { id = "D94", title = "pages follow each other until the token is empty",
    rows = { "D94" }, from = "observed", source = "TF data source", arrange = { jobs = four },
    depends = LAST,
    steps = {
      { request = get "maxResults=1", expect = page({ "a" }, "a") },
      { request = get "maxResults=2&nextToken=a", expect = page({ "b", "c" }, "c") },
      { request = get "maxResults=2&nextToken=c", expect = page { "d" } },
    } },
  { id = "D94-full", title = "a full page that nothing follows has an empty token",
    rows = { "D94" }, from = "ours", source = "7.6", arrange = { jobs = four },
    depends = LAST,
    steps = {
      { request = get "maxResults=4", expect = all },
      { request = get "maxResults=2&nextToken=b", expect = page { "c", "d" } },
    } },
  { id = "D94-filter", title = "whether a page follows is asked of the filtered jobs",
    rows = { "D94" }, from = "ours", source = "7.6", depends = LAST,
    arrange = { jobs = { { id = "a", status = "Paused" }, { id = "b", status = "Suspended" },
      { id = "c", status = "Paused" }, { id = "d", status = "Suspended" } } },
    steps = {
      { request = get "jobStatuses=Paused&maxResults=1", expect = page({ "a" }, "a") },
      { request = get "jobStatuses=Paused&maxResults=1&nextToken=a", expect = page { "c" } },
      { request = get "jobStatuses=Suspended&maxResults=2", expect = page { "b", "d" } },
    } },
  { id = "D94-new", title = "a job that is created between two pages is on the second",
    rows = { "D93", "D94" }, from = "ours", source = "7.6", arrange = { jobs = jobs("a", "b") },
    depends = LAST,
    steps = {
      { request = get "maxResults=1", expect = page({ "a" }, "a") },
      { request = require "jobgate.conformance.submissions".request(), expect = { status = 200 } },
      { request = get "nextToken=a", expect = page { "b", "{1}" } },
    } },
  { id = "D95", title = "an empty list has two empty elements",
    rows = { "D95" }, from = "ours", source = "7.6", arrange = {}, request = get(),
    expect = { status = 200, length = 57,
      body = "<ListJobsResult>\n\t<Jobs/>\n\t<NextToken/>\n</ListJobsResult>" } },
  { id = "D95-filter", title = "so has one that the filter empties",
    rows = { "D95" }, from = "ours", source = "7.6", arrange = { jobs = four },
    request = get "jobStatuses=Failed",
    expect = { status = 200,
      body = "<ListJobsResult>\n\t<Jobs/>\n\t<NextToken/>\n</ListJobsResult>" } },
  { id = "D96", title = "jobs of any age are listed",
    rows = { "D96" }, from = "ours", source = "7.6", depends = { "list_window", "last_page_token" },
    arrange = { jobs = { { id = "a", creation_time = "2019-12-19T11:05:40Z" }, { id = "b" } } },
    request = get(), expect = page { "a", "b" } },
  { id = "list-member", title = "a member shows what is there, and leaves out what is not",
    rows = { "1.4" }, from = "observed", source = "38611-md",
    arrange = { jobs = { { id = "j1", status = "Suspended", operation = { COSDeleteObject = {} } } } },
    depends = LAST, request = get(),
    expect = { status = 200, body = [[
<ListJobsResult>
	<Jobs>
		<member>
			<CreationTime>2026-01-01T00:00:00Z</CreationTime>
			<Description/>
			<JobId>j1</JobId>
			<Operation>COSDeleteObject</Operation>
			<Priority>0</Priority>
			<ProgressSummary>
				<NumberOfTasksFailed>0</NumberOfTasksFailed>
				<NumberOfTasksSucceeded>0</NumberOfTasksSucceeded>
				<TotalNumberOfTasks>0</TotalNumberOfTasks>
			</ProgressSummary>
			<Status>Suspended</Status>
		</member>
	</Jobs>
	<NextToken/>
</ListJobsResult>]] } },
}

local STATUSES = {
  "Active", "Cancelled", "Cancelling", "Complete", "Completing", "Failed", "Failing", "New",
  "Paused", "Pausing", "Preparing", "Ready", "Suspended",
}
local each = {}
for i, status in ipairs(STATUSES) do
  each[i] = { id = "is-" .. status, status = status }
end
for _, status in ipairs(STATUSES) do
  table.insert(scenarios, { id = "list-" .. status, title = "jobStatuses=" .. status .. " lists those",
    rows = { "1.4", "C10" }, from = "documented", source = "38611", depends = LAST,
    arrange = { jobs = each }, request = get("jobStatuses=" .. status),
    expect = page { "is-" .. status } })
end

return scenarios
