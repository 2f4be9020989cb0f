-- The report of coverage in a browser: spec/client/report.test.js measures it.
-- #again: what a page looks like does not depend on how jobgate is built.

local coverage = require "jobgate.coverage"
local report = require "jobgate.report"
local stories = require "support.report"
local tempfile = require "support.tempfile"

describe("#again a report in a browser", function()
  it("can be read on a phone, on a desk, in the dark and on paper", function()
    if not os.execute "command -v chromium >/dev/null" then
      pending "there is no chromium here"
    end
    local journal <close> = stories.journal(stories.everything)
    local page <close> = tempfile(report(assert(coverage({ journal.path },
      { log = 2000, require = { errors = { percent = 100 }, operations = { least = 1 } } }))))
    -- A browser goes by the ending.
    local path = page.path .. ".html"
    assert(os.rename(page.path, path))
    local pictures = (os.getenv "JOBGATE_BUILD" or "build") .. "/report"
    assert(os.execute("mkdir -p " .. pictures))
    local pipe = assert(io.popen(("env JOBGATE_REPORT=%s JOBGATE_PICTURES=%s timeout 60 "
      .. "node --test-reporter=tap spec/client/report.test.js 2>&1"):format(path, pictures)))
    local output = pipe:read "a"
    local passed = pipe:close()
    os.remove(path)
    assert.is_true(passed, output)
  end)
end)
