--- What the body of a success looks like (section 4.1): one TAB per level, LF
--- between lines, no declaration, nothing after the root; and which elements
--- each operation answers with, in which order (1.1-1.5). What is unset is left
--- out or, where it is a text, an empty element that closes itself.

local KINDS = {
  text = ".-", -- also an empty one
  id = ".+",
  time = "%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ",
  integer = "%d+",
  boolean = "%l+",
  status = "%u%l+",
}

--- Name and kind; or name and contents. optional: may be left out; many: may
--- stand any number of times; submitted: whatever the client has sent.
local progress = { "ProgressSummary", {
  { "NumberOfTasksFailed", "integer" },
  { "NumberOfTasksSucceeded", "integer" },
  { "TotalNumberOfTasks", "integer" },
} }

local member = { "member", many = true, {
  { "CreationTime", "time" },
  { "Description", "text" },
  { "JobId", "id" },
  { "Operation", "text" },
  { "Priority", "integer" },
  progress,
  { "Status", "status" },
  { "TerminationDate", "time", optional = true },
} }

local function job(first)
  return { "Job", {
    first,
    { "CreationTime", "time" },
    { "Description", "text" },
    { "FailureReasons", { { "JobFailure", many = true, {
      { "FailureCode", "text" }, { "FailureReason", "text" },
    } } } },
    { "JobId", "id" },
    { "Manifest", optional = true, submitted = true },
    { "Operation", optional = true, submitted = true },
    { "Priority", "integer" },
    progress,
    { "Report", optional = true, submitted = true },
    { "RoleArn", "text" },
    { "Status", "status" },
    { "StatusUpdateReason", "text" },
    { "SuspendedCause", "text", optional = true },
    { "SuspendedDate", "time", optional = true },
    { "TerminationDate", "time", optional = true },
  } }
end

local answers = {
  CreateJob = { "CreateJobResult", { { "JobId", "id" } } },
  ListJobs = { "ListJobsResult", { { "Jobs", { member } }, { "NextToken", "text" } } },
  UpdateJobPriority = { "UpdateJobPriorityResult", {
    { "JobId", "id" }, { "Priority", "integer" },
  } },
  UpdateJobStatus = { "UpdateJobStatusResult", {
    { "JobId", "id" }, { "Status", "status" }, { "StatusUpdateReason", "text" },
  } },
  -- C08: the template's, and the table's.
  DescribeJob = { "DescribeJobResult", { job { "ConfirmationRequired", "boolean" } } },
  DescribeJobAsTable = { "DescribeJobResult", { job { "ClientRequestToken", "text" } } },
}

--- The element at `at`, `depth` TABs in, and where it ends.
local function read(body, at, depth)
  local tabs = ("\t"):rep(depth)
  local name, inside = body:match("^" .. tabs .. "<(%w+)/>()", at)
  if name then
    return { name = name, text = "" }, inside
  end
  name, inside = body:match("^" .. tabs .. "<(%w+)>()", at)
  if not name then
    error(("no element, %d TABs in, at byte %d of\n%s"):format(depth, at, body))
  end
  local text, after = body:match("^([^<]+)</" .. name .. ">()", inside)
  if text then
    return { name = name, text = text }, after
  end
  local node = { name = name, children = {} }
  repeat
    local child
    child, inside = read(body, assert(body:match("^\n()", inside), "no line end"), depth + 1)
    table.insert(node.children, child)
    after = body:match("^\n" .. tabs .. "</" .. name .. ">()", inside)
  until after
  return node, after
end

local check

local function check_children(node, shape)
  local children, at = node.children or {}, 1
  for _, inner in ipairs(shape[2]) do
    local first = at
    while children[at] and children[at].name == inner[1] and (at == first or inner.many) do
      check(children[at], inner)
      at = at + 1
    end
    assert(at > first or inner.optional or inner.many, node.name .. " lacks " .. inner[1])
  end
  assert(not children[at], children[at] and children[at].name .. " is out of place")
end

function check(node, shape)
  assert(node.name == shape[1], node.name .. " stands for " .. shape[1])
  if shape.submitted then
    return
  elseif type(shape[2]) == "table" then
    assert(node.children or node.text == "", node.name .. " contains text")
    check_children(node, shape)
  else
    assert(node.text and node.text:find("^" .. KINDS[shape[2]] .. "$"),
      ("%s is no %s: %s"):format(node.name, shape[2], node.text))
  end
end

--- Check the body of a success; raises what is wrong with it.
---@param operation string
---@param body string
local function check_body(operation, body)
  local node, after = read(body, 1, 0)
  assert(after == #body + 1, "something stands behind the root")
  check(node, assert(answers[operation], operation))
end

return { check = check_body }
