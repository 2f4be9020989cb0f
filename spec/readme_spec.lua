-- Everything that the README shows is run: its commands, its policy, its spec,
-- its Lua and its C.

local checkout = require "support.checkout"
local sign = require "jobgate.sign"

local blocks = checkout.blocks(checkout.read "README.md")
local taken = {} -- blocks that a test runs, by line

local HERE = "http://127.0.0.1:8484" -- as the README writes it

--- The only block of a section, of that language, with that word in it.
local function block_of(section, language, word)
  local found
  for _, block in ipairs(blocks) do
    if block.section == section and block.language == language
      and block.text:find(word, 1, true) then
      assert(not found, "two blocks of " .. section .. " have " .. word)
      found, taken[block.line] = block, true
    end
  end
  return assert(found, section .. " has no block with " .. word)
end

--- Such a block of commands; the block behind it says what comes out.
local function block_that_shows(section, word)
  local found = block_of(section, "sh", word)
  for i, block in ipairs(blocks) do
    if block == found then
      found.shown = assert(blocks[i + 1])
      taken[found.shown.line] = true
    end
  end
  return found
end

--- Run a block of commands; the program that they talk to is at `url`.
local function run(folder, block, url)
  local output, fine = folder:sh((block.text:gsub(HERE:gsub("%p", "%%%0"), url or HERE)))
  assert.is_true(fine, block.text .. output)
  return output
end

--- What the block behind this one shows has come out.
local function as_shown(block, output, url)
  local here, there = HERE:match "//(.*)":gsub("%p", "%%%0"), (url or HERE):match "//(.*)"
  assert.is_true(checkout.shows(output, (block.shown.text:gsub(here, there))), output)
end

--- What ./dev serve serves. On a manual clock the jobs stand still.
local function serve_as_dev(folder, clock)
  return folder:serve("build/jobgate serve --policy policies/documented.lua "
    .. "--jobs examples/jobs.lua --port 0 --clock " .. (clock or "real"))
end

-- Taken while the file loads, whatever the order of the tests.
local shown = {
  start = block_of("A minute", "sh", "./dev serve"),
  confirm = block_that_shows("A minute", "demo-suspended"),
  refuse = block_that_shows("A minute", "demo-complete"),
  create = block_that_shows("A minute", "create_job.xml"),
  list = block_of("A minute", "sh", "jobStatuses"),
  journal = block_of("A minute", "sh", "journal"),
  policy = block_of("Write a policy", "lua", "mine/night.lua"),
  spec = block_of("Test it with busted", "lua", "mine/night_spec.lua"),
  busted = block_of("Test it with busted", "sh", "busted"),
  matrix = block_that_shows("Know what it does", "matrix"),
  check = block_that_shows("Know what it does", "check"),
  why = block_that_shows("Know what it does", "why"),
  diff = block_that_shows("Know what it does", "diff"),
  replay = block_that_shows("Know what it does", "replay"),
  life = block_of("Move the clock", "lua", "mine/life_spec.lua"),
  client = block_of("Check what came", "lua", "mine/client_spec.lua"),
  broken = block_that_shows("Break it on purpose", "lost answer"),
  shared = block_of("Each test as the first", "lua", "mine/shared_spec.lua"),
  spaces = block_that_shows("Side by side", "/_space/"),
  watch = block_of("While it runs", "sh", "--watch"),
  metrics = block_that_shows("While it runs", "/metrics"),
  manual = block_of("Move the clock", "sh", "--clock manual"),
  move = block_that_shows("Move the clock", "_jobgate/clock"),
  install = block_that_shows("Install it", "--install"),
  consumer = block_that_shows("Install it", "pkg-config"),
  find_package = block_of("Install it", "cmake", "find_package"),
  module = block_that_shows("Install it", "LUA_PATH"),
  package = block_of("Install it", "sh", "./dev package"),
  rock = block_of("Install it", "sh", "luarocks"), -- rock_spec runs it
  around = block_that_shows("Around any test suite", "--clock manual -- sh"),
  pipelines = block_of("Around any test suite", "sh", "node --test"),
  require = block_that_shows("Around any test suite", "--require errors"),
  coverage = block_of("Around any test suite", "sh", "jobgate coverage"),
  property = block_of("Try what nobody wrote down", "lua", "mine/property_spec.lua"),
  properties = block_that_shows("Try what nobody wrote down", "jobgate property"),
  races = block_that_shows("Let them race", "jobgate races"),
  race_spec = block_of("Let them race", "lua", "mine/race_spec.lua"),
  learn = block_that_shows("Learn it from a journal", "suite.jsonl"),
  learn_all = block_that_shows("Learn it from a journal", "all.jsonl"),
  conform = block_that_shows("Hold it against the documents", "conform\n"),
  calibrate = block_that_shows("Hold it against the documents", "--calibrate"),
  calibrated = block_of("Hold it against the documents", "sh", "--readings"),
  policy_coverage = block_that_shows("Test the tests", "jobgate test"),
  mutate = block_that_shows("Test the tests", "jobgate mutate"),
  serve = block_that_shows("As a program", "--port 0"),
  readings = block_that_shows("As a program", "jobgate readings"),
  in_lua = block_of("In Lua", "lua", "jobgate.open"),
  in_c = block_of("In C", "c", "mine/demo.c"),
  compile = block_that_shows("In C", "cc "),
  secure = block_that_shows("With signatures, over HTTPS", "--tls-self-signed"),
  node = block_that_shows("Point a client at it", "node "),
  curl = block_that_shows("Point a client at it", "sign "),
  arrange = block_of("The control API", "sh", "/decide"),
}

describe("the README's first minute", function()
  it("starts what ./dev serve starts", function()
    local run_serve = assert(checkout.read "dev":match "\nrun_serve%(%) {.-\n}\n")
    local words = { "build/jobgate serve", "policies/documented.lua", "examples/jobs.lua" }
    assert.equal("./dev serve\n", shown.start.text)
    for _, word in ipairs(words) do
      assert.is_truthy(run_serve:find(word, 1, true), "run_serve has no " .. word)
    end
    assert.is_truthy(run_serve:find("port=" .. HERE:match "%d+$", 1, true))
  end)

  it("confirms a job, sees a refusal, reads the journal", function()
    local folder <close> = checkout.folder()
    local program <close> = serve_as_dev(folder)
    for _, block in ipairs { shown.confirm, shown.refuse, shown.create } do
      as_shown(block, run(folder, block, program.url), program.url)
    end
    assert.is_truthy(run(folder, shown.list, program.url):find("<ListJobsResult>", 1, true))
    local journal = run(folder, shown.journal, program.url)
    local words = { '"confirm a suspended job"', '"the job has finished"', '"row":"E14"' }
    for _, word in ipairs(words) do
      assert.is_truthy(journal:find(word, 1, true), journal)
    end
  end)
end)

describe("the README's policy", function()
  it("passes its spec, run as the README runs it", function()
    local folder <close> = checkout.folder()
    folder:write(shown.policy)
    folder:write(shown.spec)
    local output = run(folder, shown.busted)
    assert.is_truthy(output:find("2 successes / 0 failures / 0 errors", 1, true), output)
  end)

  it("is seen as a whole, checked, explained and compared", function()
    local folder <close> = checkout.folder()
    folder:write(shown.policy)
    for _, name in ipairs { "matrix", "check", "why", "diff" } do
      as_shown(shown[name], run(folder, shown[name]))
    end
  end)

  it("has a property, and is tried with sequences", function()
    local folder <close> = checkout.folder()
    folder:write(shown.policy)
    folder:write(shown.property)
    local output = folder:sh("JOBGATE_SEED=7 busted mine/property_spec.lua")
    assert.is_truthy(output:find("1 success / 0 failures / 0 errors", 1, true), output)
    as_shown(shown.properties, run(folder, { text = shown.properties.text:gsub("%s+$", " || [ $? = 1 ]\n") }))
  end)

  it("replays what a client did", function()
    local folder <close> = checkout.folder()
    folder:write(shown.policy)
    do
      local program <close> = folder:serve("build/jobgate serve --policy policies/documented.lua "
        .. "--port 0 --jobs examples/jobs.lua --journal mine/journal.jsonl")
      run(folder, shown.confirm, program.url)
    end
    local commands = {}
    for line in shown.replay.text:gmatch "[^\n]+" do
      commands[#commands + 1] = run(folder, { text = line .. " || [ $? = 1 ]\n" })
    end
    as_shown(shown.replay, table.concat(commands))
    assert.match("1 requests: ", commands[2], 1, true)
    assert.match("1 requests: 1 the same", run(folder, { text = "build/jobgate replay mine/shared.jsonl" }), 1, true)
  end)

  it("has a job whose life passes its spec", function()
    local folder <close> = checkout.folder()
    folder:write(shown.life)
    local output = folder:sh("busted mine/life_spec.lua")
    assert.is_truthy(output:find("1 success / 0 failures / 0 errors", 1, true), output)
  end)

  it("has a client whose requests pass its spec", function()
    local folder <close> = checkout.folder()
    folder:write(shown.client)
    local output = folder:sh("busted mine/client_spec.lua")
    assert.is_truthy(output:find("1 success / 0 failures / 0 errors", 1, true), output)
  end)

  it("races, on the command line and in a spec", function()
    local folder <close> = checkout.folder()
    as_shown(shown.races, run(folder, { text = shown.races.text:gsub("%s+$", " || [ $? = 1 ]\n") }))
    folder:write(shown.race_spec)
    local output = folder:sh("busted mine/race_spec.lua")
    assert.is_truthy(output:find("1 success / 0 failures / 0 errors", 1, true), output)
  end)

  it("is found by each test as by the first", function()
    local folder <close> = checkout.folder()
    folder:write(shown.shared)
    local output = folder:sh("busted mine/shared_spec.lua")
    assert.is_truthy(output:find("2 successes / 0 failures / 0 errors", 1, true), output)
  end)

  it("loses an answer, has spaces side by side, counts", function()
    local folder <close> = checkout.folder()
    local program <close> = serve_as_dev(folder, "manual")
    for _, block in ipairs { shown.broken, shown.spaces, shown.metrics } do
      as_shown(block, run(folder, block, program.url), program.url)
    end
  end)

  it("is read again while it is watched", function()
    local folder <close> = checkout.folder()
    folder:write(shown.policy)
    local program <close> = folder:serve((shown.watch.text:gsub("%s+$", " --port 0")))
    assert.equal(0, program:stop())
  end)

  it("moves jobs of the program only when it is told to", function()
    local folder <close> = checkout.folder()
    local program <close> = folder:serve((shown.manual.text:gsub("%s+$", " --port 0")))
    as_shown(shown.move, run(folder, shown.move, program.url), program.url)
  end)

  it("can be read otherwise: the program lists how", function()
    local folder <close> = checkout.folder()
    as_shown(shown.readings, run(folder, shown.readings))
  end)

  it("is served by the program, whose ready line and exit code are as shown", function()
    local folder <close> = checkout.folder()
    folder:write(shown.policy)
    local program <close> = folder:serve((shown.serve.text:gsub("%s+$", "")))
    as_shown(shown.serve, program.ready)
    assert.equal(0, program:stop())
  end)
end)

describe("the README's pipelines", function()
  it("run a client in a shell, in Node.js, in busted and in C", function()
    local folder <close> = checkout.folder()
    as_shown(shown.around, run(folder, shown.around))
    local output = run(folder, shown.pipelines)
    assert.match("# pass 1\n", output, 1, true)
    assert.match("1 success / 0 failures / 0 errors", output, 1, true)
  end)

  it("have examples of less than thirty lines", function()
    for name in checkout.run "ls examples/pipelines":gmatch "[^\n]+" do
      local _, lines = checkout.read("examples/pipelines/" .. name):gsub("\n", "")
      assert.is_true(lines < 30, name)
    end
  end)

  it("fail when too little was met, and are counted together", function()
    local folder <close> = checkout.folder()
    as_shown(shown.require, run(folder, { text = shown.require.text:gsub("%s+$", " || [ $? = 1 ]\n") }))
    for _, name in ipairs { "report.html", "contract.xml", "one.jsonl" } do
      assert.is_true(#checkout.read(folder.path .. "/mine/" .. name) > 1000, name)
    end
    folder:sh "cp mine/one.jsonl mine/two.jsonl"
    assert.match("8 requests", run(folder, { text = shown.coverage.text:gsub("%s+$", " || [ $? = 1 ]\n") }), 1, true)
  end)
end)

describe("the README's journals", function()
  it("teach what the policy behind them does", function()
    local folder <close> = checkout.folder()
    as_shown(shown.learn, run(folder, shown.learn))
    as_shown(shown.learn_all, run(folder, shown.learn_all))
  end)
end)

describe("the README's conformance", function()
  it("is that of the double in the program", function()
    local folder <close> = checkout.folder()
    as_shown(shown.conform, run(folder, shown.conform))
  end)

  it("of a double with another reading is found out, and written for the next one", function()
    local folder <close> = checkout.folder()
    local double <close> = folder:serve(
      "build/jobgate serve --port 0 --clock manual --reading finished_job=no_such_job")
    as_shown(shown.calibrate, run(folder, shown.calibrate, double.url), double.url)
    local calibrated <close> = folder:serve((shown.calibrated.text:gsub("%s+$", " --port 0")))
    local output = folder:sh(("build/jobgate conform --target %s --only 2.2"):format(calibrated.url))
    assert.match("finished_job: no_such_job, not invalid_request", output, 1, true)
  end)
end)

describe("#again the README's spec is tested itself:", function()
  it("it uses all of the policy, and would not notice four others", function()
    local folder <close> = checkout.folder()
    folder:write(shown.policy)
    folder:write(shown.spec)
    as_shown(shown.policy_coverage, run(folder, shown.policy_coverage))
    as_shown(shown.mutate, run(folder, { text = shown.mutate.text:gsub("%s+$", " || [ $? = 1 ]\n") }))
  end)
end)

describe("#again the README's installation", function()
  it("goes where it says, and is built with and required from there", function()
    local folder <close> = checkout.folder()
    for _, block in ipairs { shown.install, shown.consumer, shown.module } do
      as_shown(block, run(folder, { text = 'export HOME="$PWD/mine"\n' .. block.text }))
    end
  end)

  it("is found by CMake as the example finds it", function()
    local example = checkout.read "examples/consumers/cmake/CMakeLists.txt"
    for line in shown.find_package.text:gmatch "[^\n]+" do
      assert.is_truthy(example:find("\n" .. line .. "\n", 1, true), line)
    end
  end)

  it("is a Debian package of the name that CPack gives it", function()
    local name = shown.package.text:match "build%-package/(jobgate_%S+)\n"
    local version = checkout.read "CMakeLists.txt":match "VERSION (%d[%d.]*) LANGUAGES"
    assert.equal(("jobgate_%s_amd64.deb"):format(version), name)
    assert.match("\npackage run_package ", checkout.read "dev")
  end)
end)

describe("the README's program in", function()
  it("Lua runs", function()
    local printed = {}
    local environment = setmetatable({
      print = function(...) printed[#printed + 1] = table.concat({ ... }, " ") end,
    }, { __index = _G })
    assert(load(shown.in_lua.text, "=README.md", "t", environment))()
    assert.is_truthy(printed[1]:find "^http://127%.0%.0%.1:%d+ Cancelling$", printed[1])
    assert.same({
      "400 InvalidRequest E14",
      "1767225600 j1 Active Cancelling accepted",
      "1767225602 j1 Cancelled Cancelled refused",
    }, { table.unpack(printed, 2) })
  end)

  it("C is compiled and runs as shown", function()
    local folder <close> = checkout.folder()
    folder:write(shown.in_c)
    as_shown(shown.compile, run(folder, shown.compile))
  end)
end)

--- The double of the README that checks signatures and speaks HTTPS.
local function serve_securely(folder)
  local program = folder:serve((shown.secure.text:gsub("%s+$", " --port 0")))
  return program, assert(program.ready:match '"certificate": "([^"]+)"')
end

--- Run a block against it, as it is shown but for the port, after `before`.
local function run_securely(folder, block, program, certificate, before)
  local there = program.url:match "//(.*)"
  local function here(text)
    return (text:gsub(HERE:match "//(.*)":gsub("%p", "%%%0"), there))
  end
  local output, fine = folder:sh(("export NO_PROXY=127.0.0.1 certificate='%s'\n%s\n%s"):format(
    certificate, before or "", here(block.text)))
  assert.is_true(fine, output)
  assert.is_true(checkout.shows(output, here(block.shown.text)), output)
end

describe("the README's secure double", function()
  it("says where it is and what to trust", function()
    local folder <close> = checkout.folder()
    local program <close> = serve_securely(folder)
    assert.is_true(checkout.shows(program.ready,
      (shown.secure.shown.text:gsub(":8484", ":" .. program.url:match "%d+$"))), program.ready)
  end)

  it("is reached by Node.js", function()
    local folder <close> = checkout.folder()
    local program <close>, certificate = serve_securely(folder)
    run_securely(folder, shown.node, program, certificate,
      'export NODE_PATH="$PWD/spec/client/node_modules"')
  end)

  it("is reached by curl, with a signature made in bash and in sh", function()
    local folder <close> = checkout.folder()
    local program <close>, certificate = serve_securely(folder)
    run_securely(folder, shown.curl, program, certificate)
    local output, fine = folder:sh(([[
      dash=$(printf '. examples/sign.sh; sign AKIDexample %%s GET %s /jobs maxResults=2' example-key)
      curl -o /dev/null -w '%%{http_code}\n' --cacert '%s' -H 'x-cos-appid: 1' \
        -H "$(sh -c "$dash")" '%s/jobs?maxResults=2'
      curl -o /dev/null -w '%%{http_code}\n' --cacert '%s' -H 'x-cos-appid: 1' \
        -H "$(sh -c "$dash")" '%s/jobs?maxResults=3'
    ]]):format(program.url:match "//(.*)", certificate, program.url, certificate, program.url))
    assert.is_true(fine, output)
    assert.equal("200\n403\n", output)
  end)
end)

describe("examples/sign.sh", function()
  for _, query in ipairs { "", "b=2&A=%20x&c", "a-b=1&a=2%3D3&ab=%E5%8F%96" } do
    it(("signs as our own signer does, which keeps to the vectors: '%s'"):format(query), function()
      local folder <close> = checkout.folder()
      local output = folder:sh(("export SIGN_TIME=1557989151\n. examples/sign.sh\n"
        .. "sign id key POST h.test:8484 '/jobs/a b/status' '%s'"):format(query))
      local _, values = sign({ method = "POST", target = "/jobs/a%20b/status?" .. query,
        headers = { { "Host", "h.test:8484" } } },
        { secret_id = "id", secret_key = "key", time = "1557989151;1557989751", headers = { "host" } })
      assert.equal(values.signature, output:match "&q%-signature=(%x+)\n$", output)
    end)
  end
end)

describe("the README's control API", function()
  it("arranges and reads jobs", function()
    local folder <close> = checkout.folder()
    local program <close> = serve_as_dev(folder, "manual")
    local output = run(folder, shown.arrange, program.url)
    local words = {
      '{"ids":["a","', '"id":"a","appid":"1250000000","status":"Active"',
      '{"jobs":[{"id":"demo-active"', '{"deleted":1}', '"row":"E15"', '"value":"no_such_job"', '"dropped":0',
    }
    for _, word in ipairs(words) do
      assert.is_truthy(output:find(word, 1, true), output)
    end
    assert.is_nil(output:find('"error"', 1, true), output)
  end)
end)

describe("the README", function()
  it("has no block that nothing runs", function()
    assert.is_true(#blocks > 10)
    for _, block in ipairs(blocks) do
      assert.is_true(taken[block.line], ("README.md:%d: nothing runs it"):format(block.line))
    end
  end)

  it("links to files that are there", function()
    local links = 0
    for target in checkout.read "README.md":gmatch "%]%(([^)#]+)[^)]*%)" do
      local file <close> = assert(io.open(target))
      assert.is_truthy(file)
      links = links + 1
    end
    assert.is_true(links > 4)
  end)
end)
