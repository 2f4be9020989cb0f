-- What `cmake --install` puts into a prefix works there, and wherever the prefix is
-- moved to: program, library, Lua module, and programs that are built with them.

local checkout = require "support.checkout"
local prefix = require "support.prefix"

-- Beside the Lua files of the module and of the policies, which are all of them.
local files = [[
bin/jobgate
include/jobgate.h
lib/cmake/jobgate/jobgateConfig.cmake
lib/cmake/jobgate/jobgateConfigVersion.cmake
lib/cmake/jobgate/jobgateTargets.cmake
lib/libjobgate.so
lib/libjobgate.so.0
lib/libjobgate.so.0.1.0
lib/lua/5.4/jobgate/core.so
lib/pkgconfig/jobgate.pc
share/bash-completion/completions/jobgate
share/doc/jobgate/README.md
share/doc/jobgate/examples/c/embed.c
share/doc/jobgate/examples/consumers/main.c
share/doc/jobgate/examples/jobs.lua
share/doc/jobgate/policies/README.md
share/fish/vendor_completions.d/jobgate.fish
share/man/man1/jobgate.1
share/man/man3/jobgate.3
share/man/man5/jobgate-policy.5
share/man/man7/jobgate-control.7
share/zsh/site-functions/_jobgate
]]

--- What a Lua program that requires the module prints.
local MODULE = [[
local jobgate = require "jobgate"
local host = assert(jobgate.open { jobs = { j1 = { status = "Suspended" } } })
print(host:update("j1", "Ready"):find "Status", package.searchpath("jobgate.core", package.cpath))
]]

describe("#again what is installed", function()
  local installed

  setup(function() installed = prefix.install() end)
  teardown(function() installed:close() end)

  it("is all there", function()
    local found = installed:sh "find . ! -type d -printf '%P\n'"
    for path in files:gmatch "[^\n]+" do
      assert.is_truthy(("\n" .. found):find("\n" .. path .. "\n", 1, true), path .. " in " .. found)
    end
    for _, pair in ipairs { { "lua/jobgate", "share/lua/5.4/jobgate" },
      { "policies", "share/jobgate/policies" } } do
      local list = "find %s -name '*.lua' -printf '%%P\n' | sort"
      assert.equal(checkout.run(list:format(pair[1])), installed:sh(list:format(pair[2])))
    end
  end)

  it("knows neither the checkout nor the folder of the build", function()
    assert.equal("", installed:sh(("grep -rIl -e %s -e %s . || true"):format(
      prefix.here, prefix.build)))
    assert.equal("", installed:sh "readelf -d bin/jobgate lib/*.so lib/lua/5.4/*/*.so | grep PATH || true")
    assert.equal("", installed:sh(([[for file in bin/jobgate lib/libjobgate.so lib/lua/5.4/jobgate/core.so; do
      strip -o stripped $file
      grep -q -e %s stripped && echo $file
    done
    rm stripped]]):format(prefix.here)))
  end)

  it("has a header that is the only one", function()
    assert.equal("jobgate.h\n", installed:sh "ls include")
    assert.equal(checkout.read "src/jobgate.h", installed:sh "cat include/jobgate.h")
  end)

  it("has a program that runs", function()
    assert.match("^jobgate 0%.1%.0\n$", installed:sh "bin/jobgate --version")
    assert.match("would be accepted", installed:sh(
      "bin/jobgate why share/jobgate/policies/ticket_needed.lua --status Active --request Cancelled"))
    local folder <close> = checkout.folder()
    local program <close> = folder:serve(installed.path .. "/bin/jobgate serve --port 0 --policy "
      .. installed.path .. "/share/jobgate/policies/flaky_cancel.lua --jobs "
      .. installed.path .. "/share/doc/jobgate/examples/jobs.lua")
    assert.match("<Status>Ready</Status>", (folder:sh(("curl -X POST -H 'x-cos-appid: 1250000000' "
      .. "'%s/jobs/demo-suspended/status?requestedJobStatus=Ready'"):format(program.url))))
    assert.equal(0, program:stop())
  end)

  it("has a module for Lua, where Lua looks for it", function()
    local printed = installed:sh(([[
      export LUA_PATH="$PWD/share/lua/5.4/?.lua;$PWD/share/lua/5.4/?/init.lua"
      export LUA_CPATH="$PWD/lib/lua/5.4/?.so"
      lua5.4 - <<'END'
%sEND]]):format(MODULE))
    assert.equal("Ready\t" .. installed.path .. "/lib/lua/5.4/jobgate/core.so\n", printed)
    local looked = installed:sh "lua5.4 -e 'print(package.path, package.cpath)'"
    local triplet = checkout.run("cc -print-multiarch"):match "%S*"
    for _, place in ipairs { "/usr/local/share/lua/5.4/?.lua", "/usr/local/share/lua/5.4/?/init.lua",
      "/usr/local/lib/lua/5.4/?.so", "/usr/share/lua/5.4/?/init.lua", "/usr/lib/" .. triplet .. "/lua/5.4/?.so" } do
      assert.is_truthy(looked:find(place, 1, true), place)
    end
  end)

  it("has manual pages that refer to each other, and are there", function()
    local said = installed:sh "mandoc -Tlint -Wwarning share/man/*/*"
    assert.equal("", said)
    local count = 0
    for name, section in installed:sh("cat share/man/*/*"):gmatch "\n%.Xr (%S+) (%d)" do
      installed:sh(("ls share/man/man%s/%s.%s"):format(section, name, section))
      count = count + 1
    end
    assert.is_true(count >= 12)
  end)

  it("has a module that brings no Lua of its own", function()
    local needed = installed:sh "readelf -d lib/lua/5.4/jobgate/core.so"
    assert.match("NEEDED.*libmicrohttpd", needed)
    assert.is_nil(needed:find "NEEDED[^\n]*lua")
  end)

  for name, build in pairs {
    find_package = "cp -r share/doc/jobgate/examples/consumers $work\n"
      .. "cmake -S $work/cmake -B $work/build -DCMAKE_PREFIX_PATH=$PWD && cmake --build $work/build\n"
      .. "$work/build/consumer",
    -- No other package is asked for: a shared library has what it needs in it.
    ["pkg-config"] = "cp -r share/doc/jobgate/examples/consumers $work\n"
      .. "export PKG_CONFIG_LIBDIR=$PWD/lib/pkgconfig\n"
      .. "make -C $work/pkgconfig CFLAGS='-Wall -Wextra -Werror -std=c99' && $work/pkgconfig/consumer",
  } do
    it("can be built with, through " .. name, function()
      local output = installed:sh("work=$(mktemp -d)/consumers\ntrap 'rm -r ${work%/*}' EXIT\n" .. build)
      assert.match("\njobgate 0%.1%.0: 200 Ready\n$", output)
    end)
  end

  it("is refused by find_package where another version is asked for", function()
    for version, compatible in pairs { ["0.1"] = "TRUE", ["0.1.1"] = "FALSE", ["0.2"] = "FALSE", ["1.0"] = "FALSE" } do
      local major, minor = version:match "^(%d+)%.(%d+)"
      local output = installed:sh(([[cat >version.cmake <<'END'
set(PACKAGE_FIND_VERSION %s)
set(PACKAGE_FIND_VERSION_MAJOR %s)
set(PACKAGE_FIND_VERSION_MINOR %s)
include(lib/cmake/jobgate/jobgateConfigVersion.cmake)
message("compatible ${PACKAGE_VERSION_COMPATIBLE}")
END
cmake -DCMAKE_SIZEOF_VOID_P=8 -P version.cmake
rm version.cmake]]):format(version, major, minor))
      assert.match("compatible " .. compatible, output, 1, true)
    end
  end)
end)
