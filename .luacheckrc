-- What luacheck (1.1.0) holds against Lua here; ./dev lint runs it.

-- The words a policy may use, and no others. Name this std in the .luacheckrc
-- of your own policies.
stds.policy = {
  read_globals = {
    "assert", "error", "ipairs", "next", "pairs", "require", "select",
    "tonumber", "tostring", "type",
    "math", "string", "table", "utf8",
    "errors", "jobs",
  },
}

std = "lua54"
codes = true
color = false
max_line_length = 100
exclude_files = { "build*", "**/node_modules", "spec/fuzz/seeds" }

-- A row of a table stays on one line.
files["spec"] = { std = "+busted", max_line_length = 140 }
files["policies"] = { std = "policy" }
files["examples/policies"] = { std = "policy" }
