-- The Debian package that CPack makes, unpacked into a folder: what it says of
-- itself, and that all of it works from there. The machine is left alone.

local prefix = require "support.prefix"

describe("#again the Debian package", function()
  local folder, package

  setup(function()
    folder = prefix.folder()
    folder:sh(("cpack -G DEB --config %s/CPackConfig.cmake -B made >log 2>&1 || { cat log; exit 1; }")
      :format(prefix.build))
    package = folder:sh "dpkg --print-architecture":gsub("%s", "")
    package = ("made/jobgate_0.1.0_%s.deb"):format(package)
    folder:sh("dpkg-deb -x " .. package .. " root")
  end)
  teardown(function() folder:close() end)

  local function field(name)
    return (folder:sh(("dpkg-deb --field %s %s"):format(package, name)))
  end

  it("is made without a warning", function()
    assert.is_nil(folder:sh("cat log"):find "[Ww]arning")
  end)

  it("says what it is", function()
    assert.equal("jobgate\n", field "Package")
    assert.equal("0.1.0\n", field "Version")
    assert.equal("devel\n", field "Section")
    assert.equal("jobgate maintainers <jobgate@example.invalid>\n", field "Maintainer")
    local description = field "Description"
    assert.match("^scriptable test double of the COS batch%-job API\n A C host", description)
    for line in description:gmatch "[^\n]+" do
      assert.is_true(#line <= 80, line)
    end
  end)

  it("depends on the libraries that its files need, and on nothing else", function()
    local depends, needed = {}, {}
    for name in field("Depends"):gmatch "(%l[%w.+-]+)[^,]*" do
      depends[#depends + 1] = name
    end
    local list = folder:sh [[for file in root/usr/bin/* $(find root -name '*.so'); do
      readelf -d $file | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p'
    done | sort -u]]
    for library in list:gmatch "lib(%l[%w.]-)%.so" do
      needed[#needed + 1] = library
    end
    assert.is_true(#needed >= 7)
    for _, library in ipairs(needed) do
      local found = false
      for _, name in ipairs(depends) do
        found = found or name:find("lib" .. library, 1, true) == 1
      end
      assert.is_true(found, library .. " in " .. table.concat(depends, " "))
    end
    assert.equal(#needed, #depends)
  end)

  it("belongs to root, and its programs alone can be run", function()
    for line in folder:sh("dpkg-deb -c " .. package):gmatch "[^\n]+" do
      local mode, path = line:match "^(%S+) root/root .- (%./%S+)"
      assert.is_truthy(mode, line)
      assert.is_true(mode == "drwxr-xr-x" or mode == "-rw-r--r--" or mode == "lrwxrwxrwx"
        or mode == "-rwxr-xr-x" and path:find "/bin/" ~= nil, line)
      assert.match("^%./usr/", path)
    end
  end)

  it("tells the loader, and packages that link the library", function()
    folder:sh("dpkg-deb -e " .. package .. " control")
    assert.match("\n%s*ldconfig\n", folder:sh "cat control/postinst")
    assert.equal("libjobgate 0 jobgate (>= 0.1.0)\n", folder:sh "cat control/shlibs")
    assert.equal("", folder:sh "cd root && md5sum --quiet -c ../control/md5sums")
  end)

  it("has no symbols that only a debugger reads", function()
    assert.is_nil(folder:sh("file root/usr/bin/jobgate root/usr/lib/*.so.*"):find "not stripped")
  end)

  it("has a program that runs", function()
    assert.equal("jobgate 0.1.0\n", folder:sh "root/usr/bin/jobgate --version")
    assert.match("TicketNeeded", folder:sh("root/usr/bin/jobgate why --status Active "
      .. "--request Cancelled root/usr/share/jobgate/policies/ticket_needed.lua"))
  end)

  it("has the manual pages", function()
    for name, title in pairs { ["man1/jobgate.1"] = "JOBGATE(1)", ["man3/jobgate.3"] = "JOBGATE(3)",
      ["man5/jobgate-policy.5"] = "JOBGATE-POLICY(5)", ["man7/jobgate-control.7"] = "JOBGATE-CONTROL(7)" } do
      assert.match(title, folder:sh("mandoc root/usr/share/man/" .. name), 1, true)
    end
  end)

  it("has a module for Lua that runs", function()
    assert.equal("Cancelling\n", folder:sh [[
      export LUA_PATH="root/usr/share/lua/5.4/?.lua;root/usr/share/lua/5.4/?/init.lua"
      export LUA_CPATH="$(cd root/usr/lib && find $PWD -path '*/lua/5.4' -type d)/?.so"
      lua5.4 -e 'local host = assert(require "jobgate".open { jobs = { j = { status = "Active" } } })
        print((host:update("j", "Cancelled"):find "Status"))']])
  end)
end)
