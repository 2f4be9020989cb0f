-- The control API's clock, events and readings. (What happens to jobs on the way
-- is the policy's: spec/policy/ticks_spec, spec/policies/documented_spec.)

local control = require "support.control"
local jobgate = require "jobgate"

local ask, open = control.ask, control.open

local START = 1767225600

local function move(host, body)
  local response = ask(host, "POST", "clock", body)
  assert.equal(200, response.status, response.body)
  return response:json()
end

--- "before>after@seconds" of each event, the seconds from the start on.
local function told(events)
  local list = {}
  for i, event in ipairs(events) do
    list[i] = ("%s>%s@%d"):format(event.before, event.after, event.time - START)
  end
  return table.concat(list, " ")
end

describe("POST /_jobgate/clock", function()
  it("tells what fired on the way, each at its own time", function()
    local host <close> = open { j1 = { status = "New" } }
    local answer = move(host, '{"advance": 4}')
    assert.equal("New>Preparing@1 Preparing>Ready@3 Ready>Active@4", told(answer.events))
    assert.same({ 3, true, false }, { answer.fired, answer.reached, answer.stopped })
    local event = answer.events[1]
    assert.same({ "tick", "1250000000", "j1", "fired", "the manifest is read" },
      { event.operation, event.appid, event.job, event.result, event.rule.name })
  end)

  it("fires nothing that is due a second later", function()
    local host <close> = open { j1 = { status = "Active" } }
    assert.equal(0, move(host, '{"advance": 5}').fired)
    assert.equal(1, move(host, '{"advance": 1}').fired)
  end)

  it("sets the time as text or as seconds, and does what is due before it", function()
    local host <close> = open { j1 = { status = "New" } }
    assert.equal("New>Preparing@1", told(move(host, '{"set": "2026-01-01T00:00:01Z"}').events))
    assert.equal("Preparing>Ready@3", told(move(host, '{"set": 1767225603}').events))
    assert.equal(START + 3, host:time())
  end)

  it("sets the time back, and then nothing happens before it is due again", function()
    local host <close> = open { j1 = { status = "New" } }
    assert.equal(0, move(host, '{"set": "2019-12-19T18:00:30Z"}').fired)
    assert.equal("2019-12-19T18:00:30Z", ask(host, "GET", "clock"):json().now)
    assert.equal(0, move(host, '{"advance": 1000}').fired)
    assert.equal(1, move(host, '{"set": 1767225601}').fired)
  end)

  it("goes on until a job has a status, and no further", function()
    local host <close> = open { j1 = { status = "New" }, j2 = { status = "Active" } }
    local answer = move(host, '{"until": {"id": "j1", "status": "Ready"}}')
    assert.is_true(answer.reached)
    assert.equal(START + 3, answer.seconds)
    assert.equal("Ready", host:job "j1".status)
    assert.equal("Active", host:job "j2".status)
    assert.equal(0, move(host, '{"until": {"id": "j1", "status": "Ready"}}').fired)
  end)

  it("waits for a job of another account", function()
    local host <close> = open { { id = "j1", appid = "7", status = "New" } }
    assert.is_true(move(host, '{"until": {"id": "j1", "status": "Active", "appid": "7"}}').reached)
  end)

  it("waits no longer than it is told", function()
    local host <close> = open { j1 = { status = "New" } }
    local answer = move(host, '{"until": {"id": "j1", "status": "Active"}, "within": 3}')
    assert.is_false(answer.reached)
    assert.equal("Ready", host:job "j1".status)
    assert.equal(START + 3, answer.seconds)
  end)

  it("gives up when nothing that is due leads there", function()
    local host <close> = open { j1 = { status = "New" } }
    local answer = move(host, '{"until": {"id": "j1", "status": "Failed"}}')
    assert.same({ false, false }, { answer.reached, answer.stopped })
    assert.equal("Complete", host:job "j1".status)
  end)

  it("settles: all that is due happens, and the clock stands at the last of it", function()
    local host <close> = open { j1 = { status = "New" }, j2 = { status = "Cancelling" } }
    local answer = move(host, '{"settle": true}')
    assert.same({ "Complete", "Cancelled" }, { host:job "j1".status, host:job "j2".status })
    assert.same({ true, 6, START + 12 }, { answer.reached, answer.fired, answer.seconds })
    assert.equal(0, move(host, '{"settle": true}').fired)
  end)

  it("stops where the policy breaks again and again, and goes on when asked again", function()
    local host <close> = assert(jobgate.open { policy_source = [[return {
      { on = "tick", from = "Active", become = function() error "no" end },
      { refuse = errors.E15 } }]], jobs = { j1 = { status = "Active" } } })
    local answer = move(host, '{"advance": 1500}')
    assert.same({ 0, true }, { answer.fired, answer.stopped })
    assert.equal(START + 1000, host:time())
    assert.same({ nil, "stopped after very many jobs were asked about; more is due" },
      { host:advance(1500) })
    assert.equal(START + 2000, host:time())
    assert.equal("broken", host:events()[1].result)
  end)

  local bad = {
    '{}', '{"advance": 1, "set": 2}', '{"advance": 1, "within": 2}', '{"advance": 1.5}',
    '{"set": "tomorrow"}', '{"set": true}', '{"settle": false}', '{"settle": true, "within": -1}',
    '{"settle": true, "within": "1"}', '{"until": {}}', '{"until": {"id": "j1"}}',
    '{"until": {"id": "j1", "status": "Done"}}', '{"until": {"id": 1, "status": "Ready"}}',
    '{"until": {"id": "j1", "status": "Ready", "to": 1}}', '{"until": "Ready"}',
    '{"until": {"id": "j1", "status": "Ready", "appid": 7}}',
  }
  for _, body in ipairs(bad) do
    it(("refuses %s and moves nothing"):format(body), function()
      local host <close> = open { j1 = { status = "New" } }
      local response = ask(host, "POST", "clock", body)
      assert.equal(400, response.status, response.body)
      assert.equal("BadBody", response:json().error.code)
      assert.equal(START, host:time())
      assert.equal("New", host:job "j1".status)
    end)
  end

  local refused = {
    { "a job that there is not", '{"until": {"id": "j9", "status": "Ready"}}', 'no job "j9"' },
    { "a time before 1970",      '{"set": -1}',                "from 1970 to the year 9999" },
    { "a time beyond 9999",      '{"set": 253402300800}',      "from 1970 to the year 9999" },
    { "beyond the year 9999",    '{"advance": 253402300800}',  "ends with the year 9999" },
  }
  for _, row in ipairs(refused) do
    it("refuses " .. row[1], function()
      local host <close> = open { j1 = { status = "New" } }
      local response = ask(host, "POST", "clock", row[2])
      assert.equal(409, response.status, response.body)
      assert.is_truthy(response:json().error.message:find(row[3], 1, true), response.body)
      assert.equal(START, host:time())
    end)
  end

  it("refuses all but looking while the clock is real", function()
    local host <close> = assert(jobgate.open { clock = "real", jobs = { j1 = {} } })
    for _, body in ipairs { '{"advance": 0}', '{"set": 1}', '{"settle": true}',
                            '{"until": {"id": "j1", "status": "Ready"}}' } do
      assert.equal(409, ask(host, "POST", "clock", body).status, body)
    end
    assert.equal("real", ask(host, "GET", "clock"):json().mode)
  end)
end)

describe("on a clock that moves by itself", function()
  it("what is due happens before the next answer, at its own time", function()
    local host <close> = assert(jobgate.open { clock = "real", jobs = {
      j1 = { status = "Cancelling", creation_time = 1000, status_time = 1000 },
      j2 = { status = "Suspended", status_time = 1000 },
    } })
    assert.refused("E14", host:update("j1", "Cancelled"))
    assert.equal("Suspended", host:job "j2".status)
    assert.same({ "Cancelling", "Cancelled" },
      { host:events()[1].before, host:events()[1].after })
  end)

  it("a scaled clock can be moved on as well", function()
    local host <close> = assert(jobgate.open { clock = "scaled:2@2026-01-01T00:00:00Z",
      jobs = { j1 = { status = "New" } } })
    local before = host:time()
    local after, events = host:advance(86400)
    assert.is_true(after >= before + 86400)
    assert.equal("Complete", events[#events].after)
    assert(host:set_time("2027-01-01T00:00:00Z"))
    assert.equal("2027-01-01", ask(host, "GET", "clock"):json().now:sub(1, 10))
  end)
end)

describe("GET /_jobgate/events", function()
  it("gives what happened in its order, and what came after one", function()
    local host <close> = open { j1 = { status = "New" } }
    host:advance(3)
    host:update("j1", "Cancelled")
    local answer = ask(host, "GET", "events"):json()
    assert.equal(0, answer.dropped)
    assert.equal("New>Preparing@1 Preparing>Ready@3", told(answer.entries))
    assert.equal("Preparing>Ready@3", told(ask(host, "GET", "events?since=1"):json().entries))
    assert.same({ 1, 2, 3 }, { answer.entries[1].sequence, answer.entries[2].sequence,
      host:journal()[1].sequence })
  end)

  it("counts no request, and no event is in the journal", function()
    local host <close> = open { j1 = { status = "New" } }
    host:advance(12)
    assert.equal(0, #host:journal())
    assert.equal(0, ask(host, "GET", "health"):json().requests)
  end)

  it("keeps the newest, and ticks push no request out of the journal", function()
    local host <close> = assert(jobgate.open { policy_source = [[return {
      { on = "tick", from = "Active", become = "Active", because = ("x"):rep(200) },
      { refuse = errors.E15 } }]], jobs = { j1 = { status = "Active" } } })
    host:update("j1", "Ready")
    host:advance(5000)
    local answer = ask(host, "GET", "events"):json()
    assert.is_true(answer.dropped > 0)
    assert.equal(5000, answer.dropped + #answer.entries)
    assert.equal(1, #host:journal())
  end)

  it("refuses a since that is no number", function()
    local host <close> = open()
    assert.equal("BadParameter", ask(host, "GET", "events?since=x"):json().error.code)
  end)
end)

describe("/_jobgate/readings", function()
  it("lists each reading with what holds, its alternatives, rows and sources", function()
    local host <close> = open()
    local list = ask(host, "GET", "readings"):json().readings
    assert.is_true(#list > 20)
    assert.same({
      name = "finished_job", value = "invalid_request",
      alternatives = { "invalid_request", "no_such_job" }, rows = "C01, D60",
      source = "38610 E14, SEED E41 | 38610 E22, SEED E43",
      meaning = "UpdateJobStatus on a job that has ended: 400 or 404",
    }, list[1])
  end)

  it("are chosen one by one or several at once, and hold from then on", function()
    local host <close> = open { j1 = { status = "Complete" } }
    assert.refused("E14", host:update("j1", "Ready"))
    local response = ask(host, "PATCH", "readings",
      '{"finished_job": "no_such_job", "xml_declaration": "none"}')
    assert.equal(200, response.status)
    local answer = host:update("j1", "Ready")
    assert.refused("E22", answer)
    assert.equal("<Error>", answer.body:sub(1, 7))
    assert(host:read { finished_job = "invalid_request" })
    assert.refused("E14", host:update("j1", "Ready"))
    assert.equal("none", host:readings().xml_declaration)
  end)

  local bad = {
    { '{"mood": "good"}',                                'no reading "mood"' },
    { '{"completing": "skipped", "finished_job": "x"}',  '"x" is not one of' },
    { '{"completing": 1}',                               "must be a string" },
  }
  for _, row in ipairs(bad) do
    it(("refuse %s and change nothing"):format(row[1]), function()
      local host <close> = open()
      local before = host:readings()
      local response = ask(host, "PATCH", "readings", row[1])
      assert.equal(400, response.status)
      assert.equal("BadReading", response:json().error.code)
      assert.is_truthy(response:json().error.message:find(row[2], 1, true), response.body)
      assert.same(before, host:readings())
    end)
  end
end)
