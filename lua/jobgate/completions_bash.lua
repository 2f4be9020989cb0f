--- Completions for bash. They need nothing of the package bash-completion.

-- What is completed is the last word of the line as people see it: bash itself
-- would break it at "=" and "@", so what is in front of these is taken off again.
local SCRIPT = [==[
# bash completion for jobgate, made by `jobgate completions bash`

_jobgate_words() { # words: those that begin as the current one does
    local word
    for word in $1; do
        if [[ $word == "$current"* ]]; then
            COMPREPLY+=("$word")
        fi
    done
}

_jobgate_value() { # command and option: false when it takes none
    local readings="@READINGS@"
    case $1 in
@VALUES@
    *) return 1 ;;
    esac
}

_jobgate_files() {
    local IFS=$'\n'
    compopt -o filenames 2>/dev/null || true
    COMPREPLY+=($(compgen -f -- "$current")) || true
}

_jobgate() {
    local line=${COMP_LINE:0:COMP_POINT} current previous command i
    local -a words
    COMPREPLY=()
    read -ra words <<<"$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    ((${#words[@]} > 1)) || return 0
    current=${words[-1]} previous=${words[-2]} command=${words[1]}
    if ((${#words[@]} == 2)); then
        _jobgate_words "@COMMANDS@ --help --version"
        return 0
    fi
    for ((i = 2; i < ${#words[@]} - 1; i++)); do
        if [[ ${words[i]} == -- ]]; then
            _jobgate_files
            return 0
        fi
    done
    local whole=$current
    if [[ $current == --*=* ]]; then
        previous=${current%%=*} current=${current#*=}
    fi
    if ! _jobgate_value "$command $previous"; then
        case $command in
@ARGUMENTS@
        esac
    fi
    # Bash puts these in place of what is behind the last break.
    if [[ $whole == *[=:@]* ]]; then
        local broken=${current%"${current##*[=:@]}"}
        COMPREPLY=("${COMPREPLY[@]#"$broken"}")
    fi
}

complete -o nosort -F _jobgate jobgate
]==]

--- How a value is completed.
local function value_of(option)
  if option.name == "reading" then
    return '_jobgate_words "$readings"'
  elseif #option.values > 0 then
    return ('_jobgate_words "%s"'):format(table.concat(option.values, " "))
  end
  return option.files and "_jobgate_files" or ":"
end

--- The value of each option of each command, and all readings.
local function values(commands)
  local lines, readings = {}, {}
  for _, command in ipairs(commands) do
    for _, option in ipairs(command.options) do
      if option.name == "reading" then
        readings = option.values
      end
      lines[#lines + 1] = option.argument
        and ('    "%s --%s") %s ;;'):format(command.name, option.name, value_of(option)) or nil
    end
  end
  return table.concat(lines, "\n"), table.concat(readings, " ")
end

local function arguments(commands)
  local lines = {}
  for _, command in ipairs(commands) do
    local words = table.move(command.words, 1, #command.words, 1, {})
    for _, option in ipairs(command.options) do
      words[#words + 1] = "--" .. option.name
    end
    lines[#lines + 1] = ("        %s)"):format(command.name)
    lines[#lines + 1] = command.files
      and "            if [[ $current != -* ]]; then _jobgate_files; return 0; fi" or nil
    lines[#lines + 1] = ('            _jobgate_words "%s"'):format(table.concat(words, " "))
    lines[#lines + 1] = "            ;;"
  end
  return table.concat(lines, "\n")
end

---@param commands jobgate.DescribedCommand[]
---@return string
return function(commands)
  local names, cases, readings = {}, values(commands)
  for i, command in ipairs(commands) do
    names[i] = command.name
  end
  return (SCRIPT:gsub("@(%u+)@", {
    VALUES = cases, READINGS = readings, ARGUMENTS = arguments(commands),
    COMMANDS = table.concat(names, " "),
  }))
end
