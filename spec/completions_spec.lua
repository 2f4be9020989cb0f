-- What `jobgate completions` prints, asked as the shells ask it: every command and
-- option that the program knows is offered, and values where they are known.

local checkout = require "support.checkout"
local command = require "jobgate.command"
local prefix = require "support.prefix"
local process = require "support.process"

local folder = prefix.build .. "/completions/"

--- All commands that the help has, but for the tools.
local commands = {}
for name in process.run({ "--help" }).out:match "usage:.-\n\n":gmatch "jobgate (%l+)" do
  commands[#commands + 1] = name
end

--- The options that the help of a command has, with their hyphens, sorted.
local function options_of(name)
  local help = name == "serve" and process.run({ "--help" }).out:match "\noptions of serve:\n.*"
    or process.run({ name, "--help" }).out
  local list = {}
  for option in help:gmatch "\n  (%-%-[%l-]+)" do
    list[#list + 1] = option
  end
  table.sort(list)
  return list
end

local function sorted(text)
  local list = {}
  for word in text:gmatch "%S+" do
    list[#list + 1] = word
  end
  table.sort(list)
  return list
end

--- What a shell offers for a line, by shell.
local shells = {}

--- The function of bash is called as bash would call it.
function shells.bash(line)
  return (checkout.run(([[bash -euo pipefail -c '
    source %sjobgate
    COMP_LINE=$1 COMP_POINT=${#1}
    _jobgate
    ((${#COMPREPLY[@]})) && printf "%%s\n" "${COMPREPLY[@]}" || true' - %s]]):format(
    folder, process.quote(line))))
end

--- fish keeps things at home: a folder that is thrown away.
function shells.fish(line)
  local home <close> = prefix.folder()
  return (home:sh(("HOME=$PWD fish --no-config -c 'source %sjobgate.fish; cd %s; complete -C $argv[1]' %s")
    :format(folder, prefix.here, process.quote(line))):gsub("\t[^\n]*", ""))
end

for _, shell in ipairs { "bash", "fish" } do
  local ask = shells[shell]

  describe("#again completions for " .. shell, function()
    it("offer every command", function()
      assert.is_true(#commands >= 5)
      local offered = " " .. table.concat(sorted(ask "jobgate "), " ") .. " "
      for _, list in ipairs { commands, command.names } do
        for _, name in ipairs(list) do
          assert.is_truthy(offered:find(" " .. name .. " ", 1, true), name)
        end
      end
      assert.same({ "matrix" }, sorted(ask "jobgate mat"))
    end)

    for _, list in ipairs { { "serve" }, command.names } do
      for _, name in ipairs(list) do
        it("offer every option of " .. name, function()
          assert.same(options_of(name), sorted(ask("jobgate " .. name .. " --")))
        end)
      end
    end

    it("offer words where they are known", function()
      assert.same({ "control", "jobgate", "library", "policy" }, sorted(ask "jobgate manual "))
      assert.same({ "bash", "fish", "zsh" }, sorted(ask "jobgate completions "))
      assert.same({ "debug", "error", "info", "warning" }, sorted(ask "jobgate serve --log-level "))
      assert.same({ "manual", "manual@now", "real", "scaled" }, sorted(ask "jobgate serve --clock "))
      assert.same({ "mermaid" }, sorted(ask "jobgate matrix --format me"))
      assert.same({ "Ready" }, sorted(ask "jobgate why policy.lua --status Re"))
    end)

    it("offer files where files are taken, and nothing elsewhere", function()
      assert.same({ "policies/life.lua" }, sorted(ask "jobgate serve --policy policies/li"))
      assert.same({ "policies/life.lua" }, sorted(ask "jobgate diff policies/documented.lua policies/li"))
      assert.same({}, sorted(ask "jobgate serve --port "))
      assert.same({}, sorted(ask "jobgate readings "))
    end)
  end)
end

describe("#again completions for bash", function()
  it("put back what stands behind a break of bash's own", function()
    local ask = shells.bash
    assert.same({ "no_such_job" }, sorted(ask "jobgate serve --reading finished_job=no"))
    assert.same({ "finished_job=invalid_request", "finished_job=no_such_job" },
      sorted(ask "jobgate serve --reading fini"))
    assert.same({ "json" }, sorted(ask "jobgate check --format=j"))
    assert.same({ "now" }, sorted(ask "jobgate serve --clock manual@"))
  end)
end)

describe("#again completions for zsh", function()
  --- What it tells zsh's own functions, which stand in for themselves here.
  local function ask(words)
    return (checkout.run(([==[zsh -f -c '
      compdef() { }
      _describe() { print -l -- ${(P)4} }
      _arguments() {
        [[ $1 != -C ]] && { print -l -- "$@"; return }
        line=(%s) state=%s
      }
      source %s_jobgate
      _jobgate']==]):format(words, words == "" and "command" or "words", folder)))
  end

  it("name every command, with what it does", function()
    local said = "\n" .. ask ""
    for _, list in ipairs { commands, command.names } do
      for _, name in ipairs(list) do
        assert.match("\n" .. name .. ":%l[^\n]+\n", said)
      end
    end
  end)

  for _, list in ipairs { { "serve" }, command.names } do
    for _, name in ipairs(list) do
      it("name every option of " .. name .. " in the form that zsh reads", function()
        local options = {}
        for line in ask(name):gmatch "[^\n]+" do
          local option, rest = line:match "^%*(%-%-[%l-]+)(.*)$"
          options[#options + 1] = option
          assert.is_truthy(not option or rest:find "^%[.+%]$" or rest:find "^=%[.+%]:[%u=]+:.+$", line)
        end
        table.sort(options)
        assert.same(options_of(name), options)
      end)
    end
  end

  it("know words and files", function()
    assert.match("1: :(control jobgate library policy)", ask "manual", 1, true)
    assert.match("*:file:_files", ask "check", 1, true)
    assert.match(":LEVEL:(error warning info debug)", ask "serve", 1, true)
    assert.match(":FILE:_files", ask "serve", 1, true)
    assert.match(":NAME=VALUE:_jobgate_readings", ask "why", 1, true)
    assert.match("compadd %-%- %$readings", checkout.read(folder .. "_jobgate"))
    assert.match("finished_job=no_such_job", checkout.read(folder .. "_jobgate"), 1, true)
  end)
end)

describe("#again the completions", function()
  for file, shell in pairs { jobgate = "bash", ["jobgate.fish"] = "fish", _jobgate = "zsh" } do
    it("lie where the program was built: " .. file, function()
      local printed = process.run { "completions", shell }
      assert.same({ 0, "" }, { printed.code, printed.err })
      assert.equal(printed.out, checkout.read(folder .. file))
      local home <close> = prefix.folder()
      assert.equal("", home:sh(("HOME=$PWD %s -n %s%s"):format(shell, folder, file)))
    end)
  end
end)
