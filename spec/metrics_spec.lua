-- GET /_jobgate/metrics: the text format to the letter (support/prometheus), and
-- numbers that are what was done.

local control = require "support.control"
local jobgate = require "jobgate"
local prometheus = require "support.prometheus"

local ask = control.ask

--- The families of a host, or of one of its spaces.
local function metrics(host, space)
  local response = ask(host, "GET", "metrics", nil, { ["x-jobgate-space"] = space })
  assert.equal(200, response.status, response.body)
  assert.equal("text/plain; version=0.0.4; charset=utf-8", response:header "Content-Type")
  return prometheus.parse(response.body)
end

local function value(host, name, labels)
  return prometheus.value(metrics(host), "jobgate_" .. name, labels)
end

--- How often that was answered: operation, Code, HTTP status, rule.
local function count(host, operation, code, http, rule)
  return value(host, "requests_total", {
    operation = operation, code = code, http = tostring(http), rule = rule,
  })
end

--- All requests that are counted, and in how many series.
local function all_requests(host)
  local sum, series = 0, metrics(host).jobgate_requests_total.samples
  for _, sample in ipairs(series) do
    sum = sum + sample.value
  end
  return sum, #series
end

local function put(host, rules)
  local response = ask(host, "POST", "rules", rules)
  assert.equal(201, response.status, response.body)
end

--- A host with a policy of these rules, before one that refuses all else.
local function with_rules(rules, jobs)
  return assert(jobgate.open {
    policy_source = ("return { %s, { refuse = errors.E15, name = 'last' } }"):format(rules),
    jobs = jobs or { j1 = { status = "Suspended" } }, seed = 1,
  })
end

describe("the text of the metrics", function()
  it("has each family once, with its kind", function()
    local host <close> = control.open { j1 = {} }
    host:describe "j1"
    local kinds = {}
    for name, family in pairs(metrics(host)) do
      kinds[name:gsub("^jobgate_", "")] = family.type
      assert.match("^%u.*%.$", family.help)
    end
    assert.same({
      build_info = "gauge", requests_total = "counter", decision_seconds = "histogram",
      faults_total = "counter", jobs = "gauge", journal_entries = "gauge", journal_bytes = "gauge",
      journal_dropped_total = "counter", events = "gauge", events_dropped_total = "counter",
      policy_generation = "gauge", rules = "gauge", snapshots = "gauge", spaces = "gauge",
    }, kinds)
  end)

  it("names the version", function()
    local host <close> = control.open()
    assert.equal(1, value(host, "build_info", { version = jobgate._VERSION }))
  end)

  local bad = {
    { "no end of the last line",       "# HELP a A.\n# TYPE a gauge\na 1" },
    { "no HELP",                       "# TYPE a gauge\na 1\n" },
    { "no TYPE",                       "# HELP a A.\na 1\n" },
    { "a sample before its family",    "a 1\n# HELP a A.\n# TYPE a gauge\n" },
    { "a family twice",                ("# HELP a A.\n# TYPE a gauge\na 1\n"):rep(2) },
    { "a series twice",                "# HELP a A.\n# TYPE a gauge\na 1\na 2\n" },
    { "a quote that is not escaped",   '# HELP a A.\n# TYPE a gauge\na{b="c"d"} 1\n' },
    { "an escape that there is not",   '# HELP a A.\n# TYPE a gauge\na{b="\\t"} 1\n' },
    { "no value",                      "# HELP a A.\n# TYPE a gauge\na \n" },
    { "buckets that go down",          '# HELP a A.\n# TYPE a histogram\na_bucket{le="1"} 2\n'
      .. 'a_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n' },
    { "a count that is not +Inf's",    '# HELP a A.\n# TYPE a histogram\na_bucket{le="+Inf"} 1\n'
      .. "a_sum 1\na_count 2\n" },
  }
  for _, row in ipairs(bad) do
    it("would not be read with " .. row[1], function()
      assert.is_false(pcall(prometheus.parse, row[2]))
    end)
  end

  local names = {
    { "with quotes",             [[a "quoted" one]] },
    { "with backslashes",        [[C:\new\table\]] },
    { "with a newline",          "one\nand another" },
    { "with an escape as text",  [[one\nand "\" another]] },
    { "with tabs and braces",    "a\t{b=\"c\"} 3" },
    { "in another script",       "停止 – après" },
  }
  for _, row in ipairs(names) do
    it("has the name of a rule as it is, " .. row[1], function()
      local host <close> = with_rules(("{ to = 'Ready', become = 'Ready', name = %q }"):format(row[2]))
      host:update("j1", "Ready")
      assert.equal(1, count(host, "UpdateJobStatus", "", 200, row[2]))
    end)
  end

  it("calls a rule without a name by its place", function()
    local host <close> = with_rules "\n{ to = 'Ready', become = 'Ready' }"
    host:update("j1", "Ready")
    assert.equal(1, count(host, "UpdateJobStatus", "", 200, "(policy_source):2"))
  end)
end)

describe("requests are counted", function()
  it("by operation, Code, HTTP status and rule", function()
    local host <close> = with_rules("{ to = 'Ready', from = 'Suspended', become = 'Ready', name = 'go' }")
    host:update("j1", "Ready")
    host:update("j1", "Ready")
    host:update("j1", "Cancelled")
    host:describe "j1"
    host:describe "j9"
    host:request { method = "PUT", target = "/elsewhere", headers = { Host = "127.0.0.1" } }
    local refused = host:update("j1", "Ready").status
    assert.equal(1, count(host, "UpdateJobStatus", "", 200, "go"))
    assert.equal(3, count(host, "UpdateJobStatus", "InvalidRequest", refused, "last"))
    assert.equal(1, count(host, "DescribeJob", "", 200, ""))
    assert.equal(1, count(host, "DescribeJob", "NoSuchJob", 404, ""))
    assert.same({ 7, 5 }, { all_requests(host) })
  end)

  it("does not count those to itself", function()
    local host <close> = control.open()
    ask(host, "GET", "jobs")
    ask(host, "PUT", "nothing")
    assert.equal(0, all_requests(host))
  end)

  it("counts what was dropped as 0", function()
    local host <close> = with_rules("{ on = 'DescribeJob', drop = 'before', name = 'cut' }")
    host:describe "j1"
    assert.same({ 1, 1 }, { all_requests(host) })
    local labels = metrics(host).jobgate_requests_total.samples[1].labels
    assert.same({ "DescribeJob", "0", "" }, { labels.operation, labels.http, labels.code })
    assert.equal(1, value(host, "faults_total", { fault = "drop" }))
  end)

  it("has no more than 1,000 series, and one for what is beyond", function()
    local list = {}
    for i = 1, 1010 do
      list[i] = ('{"on": "DescribeJob", "job": "j%d", "refuse": "E15", "name": "%s"}'):format(
        i, i == 1005 and "(other)" or "rule " .. i)
    end
    local jobs = {}
    for i = 1, #list do
      jobs["j" .. i] = {}
    end
    local host <close> = control.open(jobs)
    put(host, "[" .. table.concat(list, ",", 1, 1000) .. "]")
    put(host, "[" .. table.concat(list, ",", 1001) .. "]")
    for i = 1, #list do
      host:describe("j" .. i)
    end
    assert.same({ 1010, 1001 }, { all_requests(host) })
    assert.equal(10, count(host, "", "", 0, "(other)"))
    host:describe "j1"
    assert.equal(2, count(host, "DescribeJob", "InvalidRequest", 400, "rule 1"))
  end)
end)

describe("faults are counted", function()
  it("by key, all of them that met a request", function()
    local host <close> = control.open { j1 = {}, j2 = {} }
    put(host, '{"on": "DescribeJob", "job": "j1", "truncate": 3, "garble": 1}')
    put(host, '{"on": "DescribeJob", "job": "j2", "garble": 1, "times": 2}')
    for _ = 1, 3 do
      host:describe "j1"
      host:describe "j2"
    end
    local families = metrics(host)
    local counts = {}
    for _, sample in ipairs(families.jobgate_faults_total.samples) do
      counts[sample.labels.fault] = sample.value
    end
    assert.same({ drop = 0, delay = 0, slow = 0, truncate = 3, garble = 5 }, counts)
  end)
end)

describe("the time of decisions", function()
  it("has an entry for each request that the policy decided", function()
    local host <close> = control.open { j1 = { status = "Suspended" } }
    host:update("j1", "Ready")
    host:update("j1", "Ready")
    host:update("j9", "Ready") -- no job, nothing to decide
    local samples = {}
    for _, sample in ipairs(metrics(host).jobgate_decision_seconds.samples) do
      samples[sample.name:match "_(%a+)$"] = sample.value -- of the buckets the last: +Inf
    end
    assert.same({ 2, 2 }, { samples.count, samples.bucket })
  end)
end)

describe("what there is, is counted", function()
  it("jobs by status", function()
    local host <close> = control.open {
      j1 = { status = "Active" }, j2 = { status = "Active" }, j3 = { status = "New" },
    }
    assert.equal(2, value(host, "jobs", { status = "Active" }))
    assert.equal(1, value(host, "jobs", { status = "New" }))
    assert.equal(13, #metrics(host).jobgate_jobs.samples)
    ask(host, "DELETE", "jobs?id=j1")
    assert(host:settle())
    assert.equal(0, value(host, "jobs", { status = "Active" }))
    assert.equal(2, value(host, "jobs", { status = "Complete" }))
  end)

  it("the journal, which makes room when it is full", function()
    local host <close> = assert(jobgate.open { jobs = { j1 = {} }, journal_bytes = 4096 })
    host:describe "j1"
    assert.equal(1, value(host, "journal_entries"))
    local one = value(host, "journal_bytes")
    assert.is_true(one > 0 and one <= 4096)
    for _ = 1, 99 do
      host:describe "j1"
    end
    local kept, dropped = host:journal()
    local families = metrics(host)
    assert.equal(#kept, prometheus.value(families, "jobgate_journal_entries"))
    assert.equal(dropped, prometheus.value(families, "jobgate_journal_dropped_total"))
    assert.equal(100, #kept + dropped)
    assert.is_true(dropped > 0)
    assert.is_true(prometheus.value(families, "jobgate_journal_bytes") <= 4096)
    ask(host, "DELETE", "journal")
    assert.same({ 0, 0 }, { value(host, "journal_entries"), value(host, "journal_bytes") })
    assert.equal(100, (all_requests(host)))
  end)

  it("events", function()
    local host <close> = control.open { j1 = { status = "New" } }
    assert(host:settle())
    assert.equal(#host:events(), value(host, "events"))
    assert.equal(0, value(host, "events_dropped_total"))
  end)

  it("rules, and how often they or the policy or its readings were set", function()
    local host <close> = control.open()
    local rules = value(host, "rules")
    assert.equal(1, value(host, "policy_generation"))
    put(host, '[{"on": "DescribeJob", "refuse": "E15", "times": 1}, {"on": "ListJobs", "garble": 1}]')
    assert.same({ rules + 2, 2 }, { value(host, "rules"), value(host, "policy_generation") })
    ask(host, "DELETE", "rules")
    assert.same({ rules, 3 }, { value(host, "rules"), value(host, "policy_generation") })
    ask(host, "PUT", "policy", '{"source": "return { { refuse = errors.E15 } }"}')
    assert.same({ 1, 4 }, { value(host, "rules"), value(host, "policy_generation") })
    ask(host, "PUT", "policy", '{"source": "no"}')
    ask(host, "POST", "rules", '{"on": "nothing"}')
    assert.same({ 1, 4 }, { value(host, "rules"), value(host, "policy_generation") })
    ask(host, "POST", "policy/undo")
    assert.same({ rules, 5 }, { value(host, "rules"), value(host, "policy_generation") })
    local reading = ask(host, "GET", "readings"):json().readings[1]
    assert.is_true(host:read { [reading.name] = reading.alternatives[2] })
    assert.equal(6, value(host, "policy_generation"))
  end)

  it("snapshots and spaces", function()
    local host <close> = control.open()
    assert.same({ 0, 1 }, { value(host, "snapshots"), value(host, "spaces") })
    ask(host, "POST", "snapshots")
    ask(host, "POST", "snapshots")
    ask(host, "POST", "spaces", '{"name": "side"}')
    assert.same({ 2, 2 }, { value(host, "snapshots"), value(host, "spaces") })
    assert.equal(0, prometheus.value(metrics(host, "side"), "jobgate_snapshots"))
    ask(host, "DELETE", "snapshots?name=s1")
    ask(host, "DELETE", "spaces")
    assert.same({ 1, 1 }, { value(host, "snapshots"), value(host, "spaces") })
  end)
end)

describe("a space counts", function()
  it("its own requests, jobs and rules only", function()
    local host <close> = control.open { j1 = {} }
    host:describe "j1"
    host:request { method = "GET", target = "/_space/side/jobs/j9",
                   headers = { Host = "127.0.0.1", ["x-cos-appid"] = "1250000000" } }
    ask(host, "POST", "jobs", '[{}, {}]', { ["x-jobgate-space"] = "side" })
    assert.equal(1, (all_requests(host)))
    local side = metrics(host, "side").jobgate_requests_total.samples
    assert.same({ 1, "404" }, { #side, side[1].labels.http })
    assert.equal(3, prometheus.value(metrics(host, "side"), "jobgate_jobs", { status = "New" }))
    assert.equal(1, value(host, "jobs", { status = "New" }))
  end)

  it("on when it goes back to a snapshot: what was counted has been", function()
    local host <close> = control.open { j1 = { status = "Suspended" } }
    ask(host, "POST", "snapshots")
    put(host, '{"on": "DescribeJob", "garble": 1}')
    host:describe "j1"
    host:update("j1", "Cancelled")
    assert.equal(200, ask(host, "POST", "restore").status)
    assert.equal(2, (all_requests(host)))
    assert.equal(1, value(host, "faults_total", { fault = "garble" }))
    assert.equal(0, value(host, "journal_entries"))
    assert.equal(1, value(host, "jobs", { status = "Suspended" }))
    assert.equal(3, value(host, "policy_generation"))
    ask(host, "POST", "restore")
    assert.equal(3, value(host, "policy_generation"))
  end)

  it("from the beginning when it is reset", function()
    local host <close> = control.open { j1 = { status = "Suspended" } }
    ask(host, "POST", "snapshots")
    put(host, '{"on": "DescribeJob", "garble": 1}')
    host:describe "j1"
    assert.equal(200, ask(host, "POST", "reset").status)
    assert.equal(0, (all_requests(host)))
    local families = metrics(host)
    for name, expected in pairs {
      journal_entries = 0, journal_bytes = 0, snapshots = 0, policy_generation = 1, spaces = 1,
    } do
      assert.equal(expected, prometheus.value(families, "jobgate_" .. name), name)
    end
    assert.equal(0, prometheus.value(families, "jobgate_faults_total", { fault = "garble" }))
  end)
end)
