--- Completions for zsh.

local SCRIPT = [==[
#compdef jobgate
# zsh completion for jobgate, made by `jobgate completions zsh`

_jobgate_readings() {
    local -a readings=(@READINGS@)
    compadd -- $readings
}

_jobgate() {
    local curcontext=$curcontext state line
    local -a commands
    commands=(
@COMMANDS@
    )
    _arguments -C '(- *)'{-h,--help}'[say what there is]' \
        '(- *)--version[say which version it is]' \
        '1: :->command' '*:: :->words'
    case $state in
    command) _describe -t commands command commands ;;
    words)
        case $line[1] in
@WORDS@
        esac
        ;;
    esac
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _jobgate "$@"
else
    compdef _jobgate jobgate
fi
]==]

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- What stands behind the name of an option: how its value is completed.
local function action(option)
  if option.name == "reading" then
    return (":%s:_jobgate_readings"):format(option.argument)
  elseif #option.values > 0 then
    return (":%s:(%s)"):format(option.argument, table.concat(option.values, " "))
  elseif option.files then
    return (":%s:_files"):format(option.argument)
  end
  return (":%s: "):format(option.argument)
end

local function option_of(option)
  local text = ("*--%s%s["):format(option.name, option.argument and "=" or "")
    .. option.brief:gsub("[%[%]\\]", "\\%0") .. "]"
  return quote(text .. (option.argument and action(option) or ""))
end

local function words_of(command)
  local lines = { ("        %s)"):format(command.name), "            _arguments \\" }
  for _, option in ipairs(command.options) do
    lines[#lines + 1] = ("                %s \\"):format(option_of(option))
  end
  local rest = "'*: :'"
  if #command.words > 0 then
    rest = ("'1: :(%s)'"):format(table.concat(command.words, " "))
  elseif command.files then
    rest = "'*:file:_files'"
  end
  lines[#lines + 1] = "                " .. rest
  lines[#lines + 1] = "            ;;"
  return table.concat(lines, "\n")
end

---@param commands jobgate.DescribedCommand[]
---@return string
return function(commands)
  local names, words, readings = {}, {}, {}
  for i, command in ipairs(commands) do
    for _, option in ipairs(command.options) do
      readings = option.name == "reading" and option.values or readings
    end
    names[i] = "        " .. quote(command.name .. ":" .. command.brief)
    words[i] = words_of(command)
  end
  local parts = {
    COMMANDS = table.concat(names, "\n"), WORDS = table.concat(words, "\n"),
    READINGS = table.concat(readings, " "),
  }
  return (SCRIPT:gsub("@(%u+)@", parts))
end
