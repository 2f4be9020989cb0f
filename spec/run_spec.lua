-- jobgate run: a double around one command. The command finds it by its environment,
-- its exit code is passed on, and what was asked for is left behind.

local checkout = require "support.checkout"
local coverage = require "jobgate.coverage"
local policies = require "support.policies"
local process = require "support.process"
local replay = require "jobgate.replay"

local build = os.getenv "JOBGATE_BUILD" or "build"

--- Run a shell text in it.
local function run(text)
  return process.run { "run", "--", "sh", "-c", text }
end

--- Options in front of a shell text.
local function with(options, text)
  local words = { "run", table.unpack(options) }
  table.move({ "--", "sh", "-c", text }, 1, 4, #words + 1, words)
  return process.run(words)
end

local ASK = [[curl -sS -H 'x-cos-appid: 1250000000' "$JOBGATE_URL/jobs/j1"]]
local ARRANGE = [[curl -sS -H 'Content-Type: application/json' -d '{"id": "j1", "status": "Paused"}' ]]
  .. [["$JOBGATE_CONTROL_URL/jobs"]]

describe("jobgate run", function()
  it("gives the command a double, its url in the environment", function()
    local result = run(ARRANGE .. " >/dev/null && " .. ASK)
    assert.equal(0, result.code)
    assert.match("<Status>Paused</Status>", result.out, 1, true)
    assert.match("^contract coverage: 1 request, 0 of 30 documented errors, 1 of 13 statuses", result.err)
  end)

  it("says all that there is to be known, under three names", function()
    local out = run([[echo "$JOBGATE_URL|$JOBGATE_CONTROL_URL|$COS_BATCH_URL|${JOBGATE_CERTIFICATE-none}"]]).out
    local url, control, batch, certificate = out:match "^(.-)|(.-)|(.-)|(.-)\n"
    assert.match("^http://127%.0%.0%.1:%d+$", url)
    assert.same({ url .. "/_jobgate", url, "none" }, { control, batch, certificate })
  end)

  it("has the prefix in the url, and says where the certificate lies", function()
    local result = with({ "--prefix", "/cos", "--tls-self-signed" },
      [[echo $COS_BATCH_URL; curl -sS --cacert "$JOBGATE_CERTIFICATE" "$COS_BATCH_URL/jobs/x"]])
    assert.match("^https://127%.0%.0%.1:%d+/cos\n", result.out)
    assert.match("<Code>InvalidArgument</Code>", result.out, 1, true)
  end)

  it("uses other names when they are given, instead of its own", function()
    local result = with({ "--env", "BATCH=url", "--env=ALSO=url", "--env", "CTL=control" }, [[
      export -p | grep -c "JOBGATE_[UC]\|COS_BATCH"; echo "$BATCH|$ALSO|$CTL"]])
    local count, batch, also, control = result.out:match "^(%d+)\n(.-)|(.-)|(.-)\n"
    assert.equal("0", count)
    assert.match("^http://", batch)
    assert.same({ batch, batch .. "/_jobgate" }, { also, control })
  end)

  it("leaves no variable of another run where there is nothing to say", function()
    local out = checkout.run(("JOBGATE_CONTROL_URL=old JOBGATE_CERTIFICATE=old KEPT=kept %s/jobgate run "
      .. "--quiet --control off -- sh -c %s"):format(build, process.quote(
      'echo "${JOBGATE_CONTROL_URL-none} ${JOBGATE_CERTIFICATE-none} $KEPT"')))
    assert.equal("none none kept\n", out)
  end)

  for text, code in pairs { ["exit 0"] = 0, ["exit 1"] = 1, ["exit 7"] = 7, ["exit 255"] = 255,
    ["kill -TERM $$"] = 143, ["kill -KILL $$"] = 137 } do
    it("passes on the exit code of " .. text, function()
      assert.equal(code, run(text).code)
    end)
  end

  it("passes on stdin, stdout and stderr", function()
    local result = process.run({ "run", "--quiet", "--", "sh", "-c", "echo right; echo wrong >&2" })
    assert.same({ 0, "right\n", "wrong\n" }, { result.code, result.out, result.err })
    local pipe = assert(io.popen(("printf in | %s/jobgate run --quiet -- cat"):format(build)))
    assert.equal("in", pipe:read "a")
    pipe:close()
  end)

  it("has no signal blocked or ignored for the command", function()
    local blocked, ignored = run([[grep -E 'SigBlk|SigIgn' /proc/self/status]]).out
      :match "SigBlk:%s+(%x+)%s+SigIgn:%s+(%x+)"
    assert.equal(0, tonumber(blocked, 16))
    assert.equal(0, tonumber(ignored, 16) & 1 << 12, "SIGPIPE is ignored")
  end)

  it("says that nothing came, when nothing came", function()
    assert.match("0 requests.*\n  nothing came: does the client use the url", run("true").err)
  end)

  for what, case in pairs {
    ["a command that there is not"] = { 127, { "--", "/none/such" }, "/none/such cannot be run: No such file" },
    ["a command that cannot be run"] = { 126, { "--", "/" }, "/ cannot be run: Permission denied" },
    ["a policy that there is not"] = { 3, { "--policy", "/none/p.lua", "--", "true" }, "/none/p.lua: cannot be" },
    ["a page that cannot be written"] = { 3, { "--report", "/none/r.html", "--", "true" }, "/none/r.html: cannot be" },
    ["JUnit's file likewise"] = { 3, { "--junit", "/none/r.xml", "--", "true" }, "/none/r.xml: cannot be" },
    ["no command"] = { 2, {}, "run needs a command: jobgate run [options] -- COMMAND... (jobgate run --help)" },
    ["nothing behind --"] = { 2, { "--" }, "run needs a command" },
    ["a command without --"] = { 2, { "true" }, "put -- in front of the command: -- true (jobgate run --help)" },
    ["an option of serve alone"] = { 2, { "--watch", "--", "true" }, "unknown option --watch" },
    ["an option of no one"] = { 2, { "--nope", "--", "true" }, "unknown option --nope (jobgate run --help)" },
    ["a variable that says not what"] = { 2, { "--env", "A", "--", "true" }, "--env: A must be NAME=url" },
    ["a variable without a name"] = { 2, { "--env", "=url", "--", "true" }, "--env: =url must be NAME=url" },
    ["a variable of something else"] = { 2, { "--env", "A=port", "--", "true" }, "A=port must be" },
    ["a requirement that is none"] = { 2, { "--require", "rows=1", "--", "true" }, '"rows=1" must be errors=N' },
  } do
    it("is not started with " .. what, function()
      local result = process.run { "run", table.unpack(case[2]) }
      assert.same({ case[1], "" }, { result.code, result.out })
      assert.match(case[3], result.err, 1, true)
      assert.match("^jobgate: [^\n]+\n$", result.err)
    end)
  end

  it("does not take more than 32 variables", function()
    local words = { "run" }
    for i = 1, 33 do
      words[i + 1] = "--env=V" .. i .. "=url"
    end
    table.move({ "--", "true" }, 1, 2, #words + 1, words)
    assert.match("--env: stands there too often", process.run(words).err, 1, true)
  end)

  it("is helpful, and leaves --help of the command alone", function()
    local help = process.run { "run", "--help" }
    assert.same({ 0, "" }, { help.code, help.err })
    assert.match("usage: jobgate run [options] -- COMMAND...", help.out, 1, true)
    assert.equal("--help\n", process.run({ "run", "--quiet", "--", "sh", "-c", 'echo "$1"', "x",
      "--help" }).out)
  end)
end)

describe("jobgate run leaves behind", function()
  local folder = policies.folder()
  local journal, page = folder.path .. "/run.jsonl", folder.path .. "/run.html"
  local xml = folder.path .. "/run.xml"
  local result = with({ "--journal", journal, "--report", page, "--junit", xml, "--require", "errors=1",
    "--jobs", "examples/jobs.lua", "--seed", "7" }, [[
    ask() { curl -sS -o "$0" -H 'x-cos-appid: 1250000000' "$@"; }
    ask -X POST "$JOBGATE_URL/jobs/demo-complete/status?requestedJobStatus=Ready" -o /dev/null
    ask -X POST "$JOBGATE_URL/jobs/demo-suspended/status?requestedJobStatus=Ready" -o /dev/null]])

  teardown(function() getmetatable(folder).__close(folder) end)

  it("a journal, which replays", function()
    assert.equal(0, result.code)
    local again = assert(replay(journal))
    assert.same({ 2, 2 }, { again.entries, again.same })
    assert.equal(1, assert(coverage { journal }).errors[14].hits)
  end)

  it("a page and JUnit's XML", function()
    assert.match("demo-suspended", checkout.read(page), 1, true)
    assert.match("Command.-sh %-c.-ask%(%)", checkout.read(page))
    assert.match('name="E14 InvalidRequest" time="0"/>', checkout.read(xml), 1, true)
  end)

  it("a page that names the journal only where that is kept", function()
    assert.match("run.jsonl", checkout.read(page), 1, true)
    local other = folder.path .. "/other.html"
    with({ "--report", other }, "true")
    assert.is_nil(checkout.read(other):find("Journal</dt>", 1, true))
    assert.is_nil(checkout.read(other):find("jobgate-run-", 1, true))
  end)

  it("a summary on stderr, its requirements met", function()
    assert.match("contract coverage: 2 requests, 1 of 30", result.err, 1, true)
    assert.match("required: 1 of 30 errors, met: 1, fine", result.err, 1, true)
  end)

  it("nothing in the folder for temporary files", function()
    local none <close> = policies.folder()
    local pipe = assert(io.popen(("TMPDIR=%s %s/jobgate run -- sh -c 'ls $TMPDIR | wc -l' 2>/dev/null; ls %s | wc -l")
      :format(none.path, build, none.path)))
    assert.equal("1\n0\n", pipe:read "a")
    pipe:close()
  end)

  it("a summary with colours on a terminal, where they are welcome", function()
    local function on_terminal(variables)
      return (checkout.run(("%s script -qc '%s/jobgate run --require errors=0 -- true' /dev/null </dev/null")
        :format(variables, build)))
    end
    assert.match("^\27%[1mcontract coverage: [^\n]*\27%[0m\r?\n", on_terminal "NO_COLOR=")
    assert.match("\27[32m  required: 0 of 30 errors, met: 0, fine\27[0m", on_terminal "NO_COLOR=", 1, true)
    assert.is_nil(on_terminal "NO_COLOR=1":find("\27", 1, true))
    assert.is_nil(result.err:find("\27", 1, true))
  end)

  it("a failure when less was met than is required, and its own when the command has failed", function()
    local missed = with({ "--require", "statuses=1" }, "exit 0")
    assert.equal(1, missed.code)
    assert.match('\n    Paused             a job: POST /_jobgate/jobs {"id"', missed.err, 1, true)
    assert.equal(9, with({ "--require", "statuses=1" }, "exit 9").code)
  end)

  it("no journal where there was one already", function()
    local second = with({ "--journal", journal }, "echo ran")
    assert.same({ 3, "" }, { second.code, second.out })
    assert.match("has something in it already", second.err, 1, true)
  end)
end)

describe("jobgate run passes on", function()
  --- Send a signal to the double, which the command names: what the command writes
  --- then, and the exit code.
  local function signalled(name, text)
    local pipe = assert(io.popen(("exec timeout 30 %s/jobgate run --quiet -- sh -c %s"):format(build,
      process.quote(text .. "echo $PPID; while :; do sleep 0.02; done"))))
    checkout.run(("kill -%s %s"):format(name, pipe:read "l"))
    local said = pipe:read "a"
    local _, _, code = pipe:close()
    return said, code
  end

  for _, name in ipairs { "TERM", "INT", "HUP" } do
    it("SIG" .. name .. ", and waits for what the command makes of it", function()
      local said, code = signalled(name, ('trap "echo got it; exit 5" %s; '):format(name))
      assert.same({ "got it\n", 5 }, { said, code })
    end)
  end

  it("the signal that ended it", function()
    assert.same({ "", 143 }, { signalled("TERM", "") })
  end)
end)
