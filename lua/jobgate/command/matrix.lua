--- `jobgate matrix`.

local graph_text = require "jobgate.graph_text"
local md = require "jobgate.matrix_md"
local matrix = require "jobgate.matrix"
local svg = require "jobgate.graph_svg"
local text = require "jobgate.matrix_text"

---@type jobgate.Command
return {
  name = "matrix",
  summary = "every answer of a policy, as a table or as a graph",
  usage = "[options] POLICY",
  arguments = { least = 1, most = 1 },
  options = {},
  formats = {
    text = text, md = md,
    dot = function(result) return graph_text.dot(result.graph) end,
    mermaid = function(result) return graph_text.mermaid(result.graph) end,
    svg = function(result) return svg(result.graph) end,
  },
  run = function(arguments, options)
    return matrix(arguments[1], { readings = options.readings, progress = options.progress })
  end,
  found = function() return false end,
}
