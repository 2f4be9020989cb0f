-- What luacheck (1.1.0) holds against Lua here; ./dev lint runs it.

-- The readings that a policy may ask for, and choose.
local readings = {}
for name in ([[
  finished_job preparing_ready priority_out_of_range priority_zero max_results
  max_results_above_1000 empty_description describe_job manifest_fields suspension
  completing service_unavailable expired_token wrong_signature expired_signature
  malformed_authorization date_header describe_action
  tagging_directive content_md5 xml_declaration repeated_token check_order
  last_page_token list_window scheduler
]]):gmatch "%S+" do
  readings[name] = { read_only = false }
end

-- The words a policy may use, and no others. Name this std in the .luacheckrc
-- of your own policies.
stds.policy = {
  read_globals = {
    "assert", "error", "ipairs", "next", "pairs", "require", "select",
    "tonumber", "tostring", "type",
    "math", "string", "table", "utf8",
    "errors", "jobs", "invariant", "declare", ["readings"] = { fields = readings },
  },
}

std = "lua54"
codes = true
color = false
max_line_length = 100
exclude_files = { "build*", "**/node_modules", "spec/fuzz/seeds" }

-- A row of a table stays on one line.
files["spec"] = { std = "+busted", max_line_length = 140 }
files["lua/jobgate/conformance/scenarios"] = { max_line_length = 140 }
files["examples/pipelines"] = { std = "+busted" }
files["policies"] = { std = "policy" }
files["examples/policies"] = { std = "policy" }
