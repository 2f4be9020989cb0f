--- Completions for fish.

local HEAD = [[
# fish completion for jobgate, made by `jobgate completions fish`

complete -c jobgate -f
complete -c jobgate -n __fish_use_subcommand -l help -s h -d 'say what there is'
complete -c jobgate -n __fish_use_subcommand -l version -d 'say which version it is'
]]

local function quote(text)
  return "'" .. text:gsub("[\\']", "\\%0") .. "'"
end

local function lines_of(command, lines)
  local function add(format, ...)
    lines[#lines + 1] = ("complete -c jobgate -n '__fish_seen_subcommand_from %s' "):format(
      command.name) .. format:format(...)
  end
  for _, option in ipairs(command.options) do
    local value = ""
    if #option.values > 0 then
      value = " -x -a " .. quote(table.concat(option.values, " "))
    elseif option.files then
      value = " -r -F"
    elseif option.argument then
      value = " -x"
    end
    add("-l %s%s -d %s", option.name, value, quote(option.brief))
  end
  if #command.words > 0 then
    add("-a %s", quote(table.concat(command.words, " ")))
  elseif command.files then
    add("-F")
  end
end

---@param commands jobgate.DescribedCommand[]
---@return string
return function(commands)
  local lines = {}
  for _, command in ipairs(commands) do
    lines[#lines + 1] = ("complete -c jobgate -n __fish_use_subcommand -a %s -d %s"):format(
      command.name, quote(command.brief))
  end
  for _, command in ipairs(commands) do
    lines_of(command, lines)
  end
  return HEAD .. table.concat(lines, "\n") .. "\n"
end
