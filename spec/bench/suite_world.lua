--- What a test of the suite has: a double with ten jobs, in this process or
--- behind HTTP, to note how it is, to ask, and to go back.

local talk    = require "spec.bench.talk"
local jobgate = require "jobgate"

local JOBS = 10

local function jobs()
  local list = {}
  for i = 1, JOBS do
    list[i] = { id = "job-" .. i, status = "Active" }
  end
  return list
end

local function expect(status, answer)
  if answer.status ~= status then
    error(answer.status .. "\n" .. answer.body)
  end
end

local function inside()
  local host = assert(jobgate.open { jobs = jobs() })
  return {
    take     = function() assert(host:snapshot "before") end,
    restore  = function() assert(host:restore "before") end,
    update   = function(id) expect(200, host:update(id, "Cancelled")) end,
    describe = function(id) expect(200, host:describe(id)) end,
    list     = function() expect(200, host:list()) end,
  }
end

local function behind_http(url)
  local client = talk.connect(url)
  return {
    take     = function() client:ask(201, "POST", "/_jobgate/snapshots", '{"name":"before"}') end,
    restore  = function() client:ask(200, "POST", "/_jobgate/restore", '{"name":"before"}') end,
    update   = function(id)
      client:ask(200, "POST", "/jobs/" .. id .. "/status?requestedJobStatus=Cancelled")
    end,
    describe = function(id) client:ask(200, "GET", "/jobs/" .. id) end,
    list     = function() client:ask(200, "GET", "/jobs") end,
  }
end

--- The world of the suite: behind this URL, or in this process without one.
---@param url string?
local function open(url)
  return url and behind_http(url) or inside()
end

--- A test: it changes a job, which would be refused if the one before had not
--- been taken back.
local function test(world, i)
  local id = "job-" .. i % JOBS + 1
  world.update(id)
  world.describe(id)
  world.list()
end

return { open = open, test = test, jobs = jobs, TESTS = 1000, REQUESTS = 3 }
