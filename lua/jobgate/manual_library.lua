--- jobgate(3), made of the public header: what it declares, and its comments.
---
--- The header keeps to a form: blocks with blank lines between, a comment first,
--- then a type or functions.

local mdoc = require "jobgate.mdoc"

--- The paragraphs of a comment, each in one line.
local function paragraphs(comment)
  local list = {}
  local text = comment:gsub("^/%*%s*", ""):gsub("%s*%*/$", ""):gsub("\n%s*%*[ ]?", "\n")
  for paragraph in (text .. "\n\n"):gmatch "(.-)\n%s*\n" do
    list[#list + 1] = paragraph:gsub("%s+", " ")
  end
  return list
end

--- The text of a comment; what it has between back quotes is code.
local function prose(comment)
  local list = paragraphs(comment)
  for i, paragraph in ipairs(list) do
    list[i] = mdoc.prose(paragraph):gsub("\\%(ga(.-)\\%(ga", "\\fB%1\\fP")
  end
  return table.concat(list, "\n.Pp\n")
end

--- The functions that a block declares: { type =, name =, arguments = {} }.
local function functions_of(block)
  local list = {}
  for declaration in block:gmatch "JOBGATE_API (.-);" do
    local kind, name, arguments =
      declaration:gsub("%s+", " "):match "^(.-)%s?(jobgate_[%w_]+)%((.*)%)$"
    local one = { type = kind, name = name, arguments = {} }
    for argument in arguments:gmatch "[^,]+" do
      one.arguments[#one.arguments + 1] = argument:match "^%s*(.*)$"
    end
    list[#list + 1] = one
  end
  return list
end

--- The blocks of the header: types as they stand, functions with what is said of
--- them.
local function read(header)
  local types, groups = {}, {}
  local title = header:match "^(/%*.-%*/)"
  for block in (header:sub(#title + 1) .. "\n"):gmatch "%s*(.-)\n\n" do
    local functions = block:find "^#" and {} or functions_of(block)
    if #functions > 0 then
      groups[#groups + 1] = { functions = functions, comment = block:match "^(/%*.-%*/)" or "" }
    elseif block:find "struct [%w_]+ {" then
      types[#types + 1] = block
    end
  end
  return title, types, groups
end

local function synopsis(groups)
  local lines = { ".Sh SYNOPSIS\n.Fd \"cc ... -ljobgate\"\n.In jobgate.h" }
  for _, group in ipairs(groups) do
    for _, one in ipairs(group.functions) do
      lines[#lines + 1] = ".Ft " .. mdoc.argument(one.type)
      lines[#lines + 1] = ".Fo " .. one.name
      for _, argument in ipairs(one.arguments) do
        lines[#lines + 1] = ".Fa " .. mdoc.argument(argument)
      end
      lines[#lines + 1] = ".Fc"
    end
  end
  return table.concat(lines, "\n")
end

local function descriptions(groups)
  local lines = { ".Sh FUNCTIONS\n.Bl -tag -width Ds" }
  for _, group in ipairs(groups) do
    local names = {}
    for i, one in ipairs(group.functions) do
      names[i] = "Fn " .. one.name
    end
    lines[#lines + 1] = (".It %s\n%s"):format(table.concat(names, " , "), prose(group.comment))
  end
  lines[#lines + 1] = ".El"
  return table.concat(lines, "\n")
end

---@param program jobgate.Program
---@return string
return function(program)
  local title, types, groups = read(program.documents["src.jobgate.h"])
  local about, rest = title:match "^/%* jobgate%.h %-%- ([^\n]*)%.\n(.*)$"
  local lines = {
    mdoc.head("jobgate", 3, about), synopsis(groups), ".Sh DESCRIPTION",
    prose("/*" .. rest:gsub("^ %*\n %*", "")), ".Sh TYPES",
  }
  for _, one in ipairs(types) do
    lines[#lines + 1] = mdoc.literal(one)
  end
  lines[#lines + 1] = descriptions(groups)
  lines[#lines + 1] = mdoc.see_also("jobgate", 3)
  return table.concat(lines, "\n") .. "\n"
end
