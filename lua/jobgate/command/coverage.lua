--- `jobgate coverage`: which part of the contract have clients met?

local contract = require "jobgate.coverage_contract"
local coverage = require "jobgate.coverage"
local coverage_text = require "jobgate.coverage_text"
local textfile = require "jobgate.textfile"

local LOG = 2000 -- requests on the page, when nothing is said

--- What is required, as `coverage` takes it; nil and what is wrong with it.
local function read_require(lists)
  local wanted = {}
  for _, list in ipairs(lists or {}) do
    for part in (list .. ","):gmatch "([^,]*)," do
      local what, number, hundred = part:match "^(%a+)=(%d+)(%%?)$"
      local of = contract.totals[what]
      number = math.tointeger(tonumber(number))
      if not of or not number then
        return nil, ('--require: "%s" must be errors=N, statuses=N or operations=N, or N%%')
          :format(part)
      elseif hundred == "%" and number > 100 then
        return nil, ("--require: %s: all of them are 100%%"):format(part)
      elseif hundred == "" and number > of then
        return nil, ("--require: %s: there are %d %s"):format(part, of, what)
      elseif wanted[what] then
        return nil, ("--require: %s stands there twice"):format(what)
      end
      wanted[what] = hundred == "%" and { percent = number } or { least = number }
    end
  end
  return wanted
end

--- Write the files that were asked for; nil and why not.
local function write_files(result, options)
  local makers = { junit = "jobgate.coverage_junit", report = "jobgate.report" }
  for _, name in ipairs { "junit", "report" } do
    local fine, why = true, nil
    if options[name] then
      fine, why = textfile.write(require(makers[name])(result), options[name])
    end
    if not fine then
      return nil, why
    end
  end
  return true
end

---@type jobgate.Command
return {
  name = "coverage",
  summary = "which part of the contract has a client met, in recorded journals",
  usage = "[options] JOURNAL...",
  arguments = { least = 1 },
  options = {
    { name = "require", argument = "LIST", many = true,
      help = "errors=100%,statuses=9,operations=6: fail when less was\n"
        .. "met, in numbers or of a hundred" },
    { name = "report", argument = "FILE", help = "write a page of HTML there" },
    { name = "junit", argument = "FILE", help = "write JUnit's XML there, a case for each row" },
    { name = "log", argument = "N", integer = true,
      help = ("list so many requests on the page (default %d)"):format(LOG) },
    { name = "command", argument = "TEXT", help = "what was run, for the page" },
    { name = "temporary", help = "the journals are not kept: the page does not name them" },
    { name = "quiet", help = "print nothing" },
  },
  formats = {
    text = function(result, options)
      return options.quiet and "" or coverage_text.text(result, options)
    end,
    md = coverage_text.md,
  },
  check = function(options)
    local wanted, why = read_require(options.require)
    options.wanted = wanted
    return why
  end,
  run = function(arguments, options)
    local result, why = coverage(arguments, {
      require = options.wanted, log = options.report and (options.log or LOG),
      progress = options.progress,
    })
    if not result then
      return nil, why
    end
    local fine
    result.command, result.temporary = options.command, options.temporary
    fine, why = write_files(result, options)
    result.log = nil
    if not fine then
      return nil, why
    end
    return result
  end,
  found = function(result)
    for _, required in ipairs(result.required or {}) do
      if not required.fine then
        return true
      end
    end
    return false
  end,
}
