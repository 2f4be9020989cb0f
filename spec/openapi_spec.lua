-- The control API, described for tools: an OpenAPI document that a validator takes,
-- and answers that are what it says (spec/client/openapi.test.js, with ajv).

local process = require "support.process"
local tempfile = require "support.tempfile"

local INSTALLED = "spec/client/node_modules/ajv/package.json"
local TOKEN = "a-token-that-is-no-secret"

--- Run the test against a program that asks for a token, so that each route can
--- refuse who has none: did it pass, and all that it printed.
---@param document string path of what `jobgate openapi` has printed
---@return boolean, string
local function run(document)
  local file = assert(io.open(INSTALLED), "the validators are not there: run "
    .. "`npm ci --ignore-scripts` in spec/client (./dev test does it)")
  file:close()
  local token <close> = tempfile(TOKEN .. "\n")
  local program <close> = assert(process.start {
    "--clock", "manual", "--seed", "1", "--log-level", "error",
    "--control", "127.0.0.1:0", "--control-token-file", token.path,
  })
  local pipe = assert(io.popen(("cd spec/client && env JOBGATE_URL=%s JOBGATE_CONTROL=%s "
    .. "JOBGATE_TOKEN=%s JOBGATE_DOCUMENT=%s "
    .. "timeout 60 node --test-reporter=tap openapi.test.js 2>&1"):format(
    program.url, program.control, TOKEN, document)))
  local output = pipe:read "a"
  return pipe:close() == true, output
end

describe("the OpenAPI document", function()
  it("is printed by `jobgate openapi`, is valid, and every answer is as it says", function()
    local printed = process.run { "openapi" }
    assert.same({ 0, "" }, { printed.code, printed.err })
    local document <close> = tempfile(printed.out)
    local passed, output = run(document.path)
    assert.is_true(passed, output)
  end)
end)
