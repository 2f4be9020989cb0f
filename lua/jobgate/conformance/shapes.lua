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

--- What is not wanted is raised, as a table.
local function wanted(value, ...)
  return value or error({ wrong = (...):format(select(2, ...)) }, 0)
end

--- The element at `at`, `depth` TABs in, and where it ends.
local function read(body, at, depth)
  local tabs = ("\t"):rep(depth)
  local name, inside = body:match("^" .. tabs .. "<(%w+)/>()", at)
  if name then
    return { name = name, text = "" }, inside
  end
  name, inside = body:match("^" .. tabs .. "<(%w+)>()", at)
  wanted(name, "no element, %d TABs in, at byte %d of the body", depth, at)
  local text, after = body:match("^([^<]+)</" .. name .. ">()", inside)
  if text then
    return { name = name, text = text }, after
  end
  local node = { name = name, children = {} }
  repeat
    local child
    inside = wanted(body:match("^\n()", inside), "no line end at byte %d", inside)
    child, inside = read(body, inside, depth + 1)
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
    wanted(at > first or inner.optional or inner.many, "%s lacks %s", node.name, inner[1])
  end
  wanted(not children[at], "%s is out of place", children[at] and children[at].name)
end

function check(node, shape)
  wanted(node.name == shape[1], "%s stands for %s", node.name, shape[1])
  if shape.submitted then
    return
  elseif type(shape[2]) == "table" then
    wanted(node.children or node.text == "", "%s contains text", node.name)
    check_children(node, shape)
  else
    wanted(node.text and node.text:find("^" .. KINDS[shape[2]] .. "$"),
      "%s is no %s: %s", node.name, shape[2], node.text)
  end
end

--- What is wrong with the body of a success, or nil.
---@param operation string
---@param body string
---@return string|nil
local function check_body(operation, body)
  local fine, why = pcall(function()
    local node, after = read(body, 1, 0)
    wanted(after == #body + 1, "something stands behind the root")
    check(node, answers[operation])
  end)
  if fine then
    return nil
  end
  return type(why) == "table" and why.wrong or error(why, 0)
end

--- The root element of an operation's answer.
---@param operation string
---@return string
local function root(operation)
  return answers[operation][1]
end

return { check = check_body, root = root }
