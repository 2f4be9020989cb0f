-- The rockspec: LuaRocks builds the module from a copy of the checkout, as the README
-- says, into a tree of its own, without a network.

local checkout = require "support.checkout"
local prefix = require "support.prefix"

--- The README's command, with less work for the compiler.
local command = checkout.read "README.md":match "\n(luarocks [^\n]+)\n" .. " CFLAGS='-O0 -fPIC'"

describe("#again the rock", function()
  local folder

  setup(function()
    folder = prefix.folder()
    folder:sh(([[
      for name in CMakeLists.txt cmake lua policies src jobgate-scm-1.rockspec; do
        cp -r %s/$name .
      done
      export HOME=$PWD CMAKE_BUILD_PARALLEL_LEVEL=$(nproc)
      %s
      mv .luarocks tree
    ]]):format(prefix.here, command))
  end)
  teardown(function() folder:close() end)

  -- There is no licence that it could name.
  it("has nothing else that LuaRocks finds fault with", function()
    local said = folder:sh "luarocks --lua-version 5.4 lint jobgate-scm-1.rockspec || true"
    for line in said:gmatch "[^\n]+" do
      assert.is_truthy(line == "Rockspec has no license field."
        or line:find("failed consistency checks", 1, true), said)
    end
  end)

  it("has the module, all of it, and the policies", function()
    assert.equal(folder:sh "cd lua && find . -type f | sort",
      folder:sh "cd tree/share/lua/5.4 && find . -type f | sort")
    assert.equal("./jobgate/core.so\n", folder:sh "cd tree/lib/lua/5.4 && find . -type f")
    folder:sh "diff -r policies tree/lib/luarocks/rocks-5.4/jobgate/scm-1/policies"
    assert.equal("lib\nshare\n", folder:sh "ls tree")
  end)

  it("is required from its tree, and from nowhere else", function()
    local printed = folder:sh [[
      mkdir elsewhere
      cd elsewhere
      export LUA_PATH="$OLDPWD/tree/share/lua/5.4/?.lua;$OLDPWD/tree/share/lua/5.4/?/init.lua"
      export LUA_CPATH="$OLDPWD/tree/lib/lua/5.4/?.so"
      lua5.4 -e 'local host <close> = assert(require "jobgate".open { jobs = { j = {} } })
        host:advance_until("j", "Complete")
        print((host:describe("j"):find "Status"))']]
    assert.equal("Complete\n", printed)
  end)

  it("names no machine: its source is invalid on purpose", function()
    local source = folder:sh "cat jobgate-scm-1.rockspec"
    for host in source:gmatch "://([^/\"]+)" do
      assert.equal("example.invalid", host)
    end
  end)
end)
