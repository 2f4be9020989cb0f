-- The Lua module's answers and what is asserted about them, and
-- jobgate.policy.

local jobgate = require "jobgate"

local function open()
  return assert(jobgate.open { jobs = { j1 = { status = "Suspended" } } })
end

describe("a response", function()
  it("gives its elements by name or XPath, in whatever spelling", function()
    local response = jobgate.response { status = 200, headers = {}, body =
      "<?xml version='1.0'?><a xmlns='urn:x'><b>one &amp; &#116;wo</b>"
      .. "<b><![CDATA[<two>]]></b><c/></a>" }
    assert.equal("one & two", response:find "b")
    assert.equal("<two>", response:find "/*/*[2]")
    assert.equal("", response:find "c")
    assert.equal("2", response:find "count(//*[local-name() = 'b'])")
    assert.is_nil(response:find "d")
    assert.is_nil(response:find "/*/*[9]")
    assert.is_nil(response:find "///")
  end)

  it("finds nothing in a body that is no XML", function()
    for _, body in ipairs { "", "{}", "<a>", "<a/><b/>", "a\0<b/>" } do
      local response = jobgate.response { status = 200, headers = {}, body = body }
      assert.is_nil(response:find "a")
    end
  end)

  it("gives a header by its name in any case", function()
    local host <close> = open()
    local response = host:update("j1", "Ready")
    assert.equal("tencent-cos", response:header "server")
    assert.equal("tencent-cos", response:header "SERVER")
    assert.is_nil(response:header "Serve")
  end)

  it("gives JSON as a Lua value, and raises for what is none", function()
    local host <close> = open()
    local health = host:request { method = "GET", target = "/_jobgate/health" }
    assert.equal("ok", health:json().status)
    assert.has_error(function() return host:update("j1", "Ready"):json() end)
  end)

  it("reads as the whole answer", function()
    local host <close> = open()
    local response = host:update("j1", "Ready")
    local text = tostring(response)
    assert.equal("HTTP 200\nContent-Type: application/xml\n", text:match "^.-\n.-\n")
    assert.equal(response.body, text:match "\n\n(.*)$")
    for _, header in ipairs(response.headers) do
      assert.is_truthy(text:find("\n" .. header[1] .. ": " .. header[2] .. "\n", 1, true))
    end
  end)

  it("knows its own entry of the journal", function()
    local host <close> = open()
    local first, second = host:update("j1", "Ready"), host:update("j1", "Ready")
    assert.equal(1, first:entry().sequence)
    assert.equal(2, second:entry().sequence)
    assert.equal("E15", second:entry().row)
    assert.is_nil(host:request { method = "GET", target = "/_jobgate/health" }:entry())
    assert.is_nil(jobgate.response { status = 200, headers = {}, body = "" }:entry())
  end)

  it("has no entry once the journal has dropped it", function()
    local host <close> = assert(jobgate.open { journal_bytes = 4096 })
    local first = host:update("j1", "Ready")
    for _ = 1, 50 do
      host:update("j1", "Ready")
    end
    assert.is_nil(first:entry())
  end)
end)

describe("assert.accepted", function()
  it("passes for 200 and that status", function()
    local host <close> = open()
    assert.accepted("Ready", host:update("j1", "Ready"))
  end)

  it("fails for another status and for a refusal; its negation the other way", function()
    local host <close> = open()
    local accepted, refused = host:update("j1", "Ready"), host:update("j1", "Ready")
    assert.has_error(function() assert.accepted("Active", accepted) end)
    assert.has_error(function() assert.accepted("Ready", refused) end)
    assert.has_error(function() assert.is_not.accepted("Ready", accepted) end)
    assert.is_not.accepted("Ready", refused)
  end)

  it("shows the whole answer and the rule when it fails", function()
    local host <close> = open()
    host:update("j1", "Ready")
    local response = host:update("j1", "Ready")
    local fine, failure = pcall(function() assert.accepted("Ready", response) end)
    local text = tostring(failure.message or failure)
    local rule = response:entry().rule
    assert.is_false(fine)
    assert.is_truthy(text:find("accepted: 200 and status Ready", 1, true), text)
    assert.is_truthy(text:find(tostring(response), 1, true), text)
    local from = "rule: %s:%d: rule 5 (no such change), because D64-D68\nrow:  E15"
    assert.is_truthy(text:find(from:format(rule.file, rule.line), 1, true), text)
  end)
end)

describe("assert.refused", function()
  it("passes for HTTP status and code, and for a row", function()
    local host <close> = open()
    assert.refused({ 404, "NoSuchJob" }, host:update("j9", "Ready"))
    assert.refused("E43", host:update("j9", "Ready"))
  end)

  it("fails for another status, another code, another row and an acceptance", function()
    local host <close> = open()
    local response = host:update("j9", "Ready")
    local others = { { 400, "NoSuchJob" }, { 404, "InvalidRequest" }, { 404 }, "E21", "404" }
    for _, expected in ipairs(others) do
      assert.has_error(function() assert.refused(expected, response) end)
      assert.is_not.refused(expected, response)
    end
    assert.has_error(function() assert.refused("E43", host:update("j1", "Ready")) end)
    assert.has_error(function() assert.is_not.refused("E43", response) end)
  end)

  it("shows the whole answer, and that no rule was asked", function()
    local host <close> = open()
    local response = host:update("j1", "Paused")
    local fine, failure = pcall(function() assert.refused({ 404, "NoSuchJob" }, response) end)
    local text = tostring(failure.message or failure)
    assert.is_false(fine)
    assert.is_truthy(text:find("refused: 404 NoSuchJob", 1, true), text)
    assert.is_truthy(text:find(tostring(response), 1, true), text)
    local from = "none: it was refused before the policy was asked\nrow:  E05"
    assert.is_truthy(text:find(from, 1, true), text)
  end)

  it("shows the policy's traceback when the policy broke", function()
    local host <close> = assert(jobgate.open {
      policy_source = "return function(job) return job.colour end", jobs = { j1 = {} },
    })
    local _, failure = pcall(function() assert.accepted("Ready", host:update("j1", "Ready")) end)
    local text = tostring(failure.message or failure)
    assert.is_truthy(text:find("a job has no field 'colour'", 1, true), text)
    assert.is_truthy(text:find("(policy_source):1:", 1, true), text)
  end)

  it("shows an answer that came over a socket, whose journal is elsewhere", function()
    local response = jobgate.response {
      status = 503, headers = { { "Server", "x" } }, body = "busy",
    }
    local _, failure = pcall(function() assert.refused({ 404, "NoSuchJob" }, response) end)
    local text = tostring(failure.message or failure)
    assert.is_truthy(text:find("HTTP 503\nServer: x\n\nbusy", 1, true), text)
    assert.is_truthy(text:find("not in a journal of this process", 1, true), text)
  end)
end)

describe("jobgate.policy", function()
  it("decides about plain tables: a status, or nil and the refusal, and the rule", function()
    local policy = assert(jobgate.policy "policies/documented.lua")
    local status, refusal, rule = policy.decide({ status = "Active" }, { status = "Cancelled" })
    assert.equal("Cancelling", status)
    assert.is_nil(refusal)
    assert.equal("cancel a running job", rule.name)
    status, refusal, rule = policy.decide({ status = "Active" }, { status = "Ready" })
    assert.is_nil(status)
    assert.equal("E15", refusal.row)
    assert.equal("InvalidRequest", refusal.code)
    assert.equal(400, refusal.http)
    assert.equal(5, rule.rule)
    policy.close()
  end)

  it("shows the policy reason, account, time, data and the other jobs", function()
    local policy = assert(jobgate.policy({ source = [[
      return function(job, request)
        if job.data.n == 3 and request.reason == "r" and request.appid == "42"
          and request.time == 99 and jobs.count { status = "Active", appid = "42" } == 1 then
          return "Paused"
        end
        return nil, errors.E15
      end]] }, { jobs = { { id = "a", appid = "42", status = "Active" } } }))
    assert.equal("Paused", (policy.decide({ data = { n = 3 } },
      { status = "Ready", reason = "r", appid = "42", time = 99 })))
    assert.is_nil((policy.decide({ data = { n = 3 } }, { status = "Ready" })))
    policy.close()
  end)

  it("gives nil and a sentence when the policy does not load", function()
    local policy, why = jobgate.policy { source = "return { { become = 'Gone' } }" }
    assert.is_nil(policy)
    assert.is_truthy(why:find("rule 1: become: 'Gone' is not a status", 1, true), why)
  end)

  it("raises when the policy breaks, and for a question that is none", function()
    local policy = assert(jobgate.policy { source = "return function() return 'Gone' end" })
    local rows = {
      { {},            { status = "Ready" },  "'Gone', which is not a status" },
      { {},            { status = "Paused" }, "Ready or Cancelled" },
      { { state = 1 }, { status = "Ready" },  'unknown field "state"' },
    }
    for _, row in ipairs(rows) do
      assert.error_matches(function() policy.decide(row[1], row[2]) end, row[3])
    end
    policy.close()
  end)
end)
