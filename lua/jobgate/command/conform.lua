--- `jobgate conform`: does something answer as the documents say?

local calibrate = require "jobgate.conform_calibrate"
local conform = require "jobgate.conform"
local junit = require "jobgate.conform_junit"
local shown = require "jobgate.conform_text"
local textfile = require "jobgate.textfile"

--- The token that a file has, nil where none is named; nil and why.
local function read_token(path)
  if not path then
    return nil
  end
  local file, why = io.open(path, "r")
  if not file then
    return nil, why
  end
  local token = file:read "l"
  file:close()
  if not token then
    return nil, path .. ": is empty"
  end
  return token
end

--- Options that go with a target alone.
local OF_TARGET = {
  "credentials", "budget", "rate", "wait", "cacert", "host", "control", "control_token_file",
  "appid", "role_arn", "manifest_arn", "manifest_etag", "report_bucket", "target_resource",
}

--- Write the files that were asked for; nil and why not.
local function write_files(result, options)
  for name, make in pairs { junit = junit, calibrate = calibrate } do
    if options[name] then
      local fine, why = textfile.write(make(result), options[name])
      if not fine then
        return nil, why
      end
    end
  end
  return true
end

---@type jobgate.Command
return {
  name = "conform",
  summary = "does a double, or an endpoint, answer as the documents say",
  usage = "[options]",
  arguments = { least = 0, most = 0 },
  options = {
    { name = "target", argument = "URL",
      help = "ask there: a running double, or an endpoint, which is\n"
        .. "asked as any client would (default: the double in here)" },
    { name = "policy", argument = "FILE", help = "without a target: another policy" },
    { name = "only", argument = "TEXT", help = "scenarios whose id begins so" },
    { name = "calibrate", argument = "FILE",
      help = "write the readings that it shows, for\njobgate serve --readings FILE" },
    { name = "junit", argument = "FILE",
      help = "write JUnit's XML there, a case for each scenario" },
    { name = "credentials", argument = "FILE",
      help = "sign with the first of these keys (a file as serve\ntakes it)" },
    { name = "budget", argument = "N", integer = true,
      help = "requests at most (an endpoint: default 500)" },
    { name = "rate", argument = "N", integer = true,
      help = "requests per second at most (an endpoint: default 5)" },
    { name = "wait", argument = "N", integer = true,
      help = "of an endpoint: seconds until a job has a status\n(default 120)" },
    { name = "cacert", argument = "FILE",
      help = "trust these certificates (default: the system's)" },
    { name = "control", argument = "URL",
      help = "where a double's control API is, when it is elsewhere" },
    { name = "control-token-file", argument = "FILE", help = "the token that it wants" },
    { name = "host", argument = "NAME",
      help = "of an endpoint: its Host, where it is not the URL's" },
    { name = "appid", argument = "APPID",
      help = "of an endpoint: the account. These are in the jobs that\n"
        .. "are created there, which run:" },
    { name = "role-arn", argument = "ARN", help = "the role" },
    { name = "manifest-arn", argument = "ARN", help = "the manifest" },
    { name = "manifest-etag", argument = "ETAG", help = "of the manifest, without its quotes" },
    { name = "report-bucket", argument = "ARN", help = "where reports go" },
    { name = "target-resource", argument = "ARN", help = "where objects are copied to" },
  },
  formats = { text = shown.text, md = shown.md },
  check = function(options)
    if options.budget == 0 or options.rate == 0 then
      return "--budget, --rate: must be 1 or more"
    elseif options.target and options.policy then
      return "--policy goes without --target"
    end
    for _, name in ipairs(options.target and {} or OF_TARGET) do
      if options[name] then
        return ("--%s goes with --target"):format((name:gsub("_", "-")))
      end
    end
  end,
  run = function(_, options)
    local token, why = read_token(options.control_token_file)
    if why then
      return nil, why
    end
    local result
    result, why = conform {
      target = options.target, policy = options.policy, only = options.only,
      credentials = options.credentials, budget = options.budget, rate = options.rate,
      wait = options.wait, readings = options.readings, cacert = options.cacert,
      host = options.host, control = options.control, token = token, job = options,
      progress = options.progress,
    }
    if not result then
      return nil, why
    end
    local fine
    fine, why = write_files(result, options)
    if not fine then
      return nil, why
    end
    return result
  end,
  found = function(result)
    for _, total in pairs(result.totals) do
      if total.failed > 0 then
        return true
      end
    end
    for _, reading in ipairs(result.readings) do
      if reading.contradicted then
        return true
      end
    end
    return result.interrupted ~= nil
  end,
}
