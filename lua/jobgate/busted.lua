--- A host that many tests share, each of which finds it as the first one did.
---
---     local jobgate = require "jobgate"
---     local host = assert(jobgate.open { jobs = { j1 = { status = "Suspended" } } })
---
---     describe("a suspended job", function()
---       require "jobgate.busted" (host)
---
---       it("can be confirmed", function()
---         assert.accepted("Ready", host:update("j1", "Ready"))
---       end)
---       it("is suspended here again", function()
---         assert.accepted("Cancelled", host:update("j1", "Cancelled"))
---         assert.verified({ job = "j1", times = 1 }, host)
---       end)
---     end)
---
--- Before each test of the block, and of the blocks in it, it takes a snapshot;
--- after each it goes back there and drops it. What is arranged in a before_each
--- behind it goes back, too, and what is arranged before the block stays. Once
--- more in an inner block does no harm, and `host` may be a space.

--- Wrap the tests of the describe block (or insulate, or file) that this is
--- called in.
---@param host jobgate.Host
local function wrap(host)
  local busted = require "busted"
  local taken = {} -- a stack: one for each test that runs

  busted.before_each(function()
    taken[#taken + 1] = assert(host:snapshot())
  end)
  busted.after_each(function()
    local name = table.remove(taken)
    if name then -- else something before it failed
      assert(host:restore(name))
      assert(host:drop_snapshot(name))
    end
  end)
end

return setmetatable({ wrap = wrap }, { __call = function(_, host) wrap(host) end })
