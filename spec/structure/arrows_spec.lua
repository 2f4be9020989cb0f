-- The arrows of src/: the tables of src/README.md against the #include lines.

local function read(path)
  local file <close> = assert(io.open(path))
  return file:read "a"
end

local function trim(text)
  return (text:gsub("^%s+", ""):gsub("%s+$", ""))
end

--- The rows of the table whose first head is `first`, as lists of cells.
local function rows_of(text, first)
  local rows, inside = {}, false
  for line in text:gmatch "[^\n]*" do
    if line:find("^| " .. first .. " |") then
      inside = true
    elseif inside and not line:find "^|" then
      break
    elseif inside and not line:find "^| %-%-%-" then
      local cells = {}
      for cell in line:gmatch "|([^|]+)" do
        cells[#cells + 1] = trim(cell)
      end
      rows[#rows + 1] = cells
    end
  end
  return rows
end

local function words(list)
  local set = {}
  for word in list:gmatch "[^,]+" do
    set[trim(word)] = true
  end
  return set
end

--- "wire/target.c" to "wire"; "jobgate.h" stands for itself.
local function room_of(path)
  return path:match "^(.-)/" or path
end

--- Where an include of `file` leads: a path below src/.
local function resolve(file, include)
  local folder = file:match "^(.*)/" or ""
  while include:find "^%.%./" do
    include, folder = include:sub(4), folder:match "^(.*)/" or ""
  end
  return folder == "" and include or folder .. "/" .. include
end

--- The map: rooms, file names and libraries of src/README.md.
local function read_map(text)
  local map = { order = {}, rooms = {}, names = {}, libraries = {} }
  for i, row in ipairs(rows_of(text, "room")) do
    map.order[i] = row[1]:gsub("[`/]", "")
    map.rooms[map.order[i]] = words(row[3])
  end
  for name in text:gmatch "\n%* `([%w_/]+)` %-%- " do
    map.names[name] = (map.names[name] or 0) + 1
  end
  for _, row in ipairs(rows_of(text, "library")) do
    map.libraries[#map.libraries + 1] = {
      name = row[1], headers = words(row[2]), files = words(row[3]),
    }
  end
  return map
end

--- May this file include that one?
local function is_allowed(map, file, target)
  local from, to = room_of(file), room_of(target)
  local may = map.rooms[from]
  return from == to or (may and (may[to] or may[target])) or false
end

--- The library that a header in <> belongs to, or nil.
local function library_of(map, header)
  for _, library in ipairs(map.libraries) do
    if library.headers[header] or library.headers[header:match "^.-/" or ""] then
      return library
    end
  end
  return nil
end

--- C11 and POSIX, and what of Linux is used.
local system = words [[
  arpa/inet.h, assert.h, ctype.h, dirent.h, errno.h, fcntl.h, getopt.h, limits.h, malloc.h, math.h,
  netdb.h, netinet/in.h, netinet/tcp.h,
  poll.h, pthread.h, semaphore.h, signal.h, spawn.h, stdarg.h, stdatomic.h, stdbool.h, stddef.h, stdint.h, stdio.h, stdlib.h,
  string.h, strings.h, sys/mman.h, sys/random.h, sys/socket.h, sys/stat.h, sys/types.h, sys/un.h, sys/wait.h, time.h, unistd.h]]

--- What is wrong with the includes of one file, as sentences.
local function faults_of(map, file, text)
  local faults = {}
  for include in ("\n" .. text):gmatch '\n%s*#%s*include%s*"([^"]+)"' do
    local target = resolve(file, include)
    if not is_allowed(map, file, target) then
      faults[#faults + 1] = file .. " must not use " .. target
    end
  end
  for header in ("\n" .. text):gmatch "\n%s*#%s*include%s*<([^>]+)>" do
    local library = library_of(map, header)
    if library and not (library.files[file] or library.files[room_of(file) .. "/"]) then
      faults[#faults + 1] = ("%s must not use %s (%s)"):format(file, library.name, header)
    elseif not library and not system[header] then
      faults[#faults + 1] = ("%s uses <%s>, which no table names"):format(file, header)
    end
  end
  return faults
end

local map = read_map(read "src/README.md")
local files = {}
do
  local list <close> = assert(io.popen "find src -name '*.[ch]' | sort")
  for path in list:lines() do
    files[#files + 1] = path:match "^src/(.*)$"
  end
end

describe("the map of src/", function()
  it("has the rooms and files that are there", function()
    assert.is_true(#files > 50)
    assert.equal(7, #map.libraries)
    local seen = {}
    for _, file in ipairs(files) do
      local name = file:gsub("%.[ch]$", "")
      assert.is_truthy(map.rooms[room_of(file)], file .. ": no such room")
      assert.equal(1, map.names[name], file .. " must have one line")
      seen[name] = true
    end
    for name in pairs(map.names) do
      assert.is_true(seen[name], name .. " has a line and is no file")
    end
  end)

  it("lets arrows point up only: a room uses those above it", function()
    local above = { nothing = true }
    for _, room in ipairs(map.order) do
      for other in pairs(map.rooms[room]) do
        assert.is_true(above[room_of(other)], room .. " uses " .. other)
      end
      above[room] = true
    end
  end)

  for _, file in ipairs(files) do
    it("allows what src/" .. file .. " includes", function()
      assert.same({}, faults_of(map, file, read("src/" .. file)))
    end)
  end

  it("gives policy/luajson.h to the Lua door alone", function()
    for _, file in ipairs(files) do
      if room_of(file) == "doors" and file ~= "doors/lua.c" then
        assert.is_nil(read("src/" .. file):find("policy/", 1, true), file)
      end
    end
  end)
end)

describe("the check of arrows", function()
  local planted = {
    { "model/job.c",    '#include "../store/jobs.h"\n', "model/job.c must not use store/jobs.h" },
    { "model/job.c",    '#include "../jobgate.h"\n',    "model/job.c must not use jobgate.h" },
    { "policy/rules.h", '# include "../wire/reply.h"\n',
      "policy/rules.h must not use wire/reply.h" },
    { "host/host.c",    '#include "../doors/server.h"\n',
      "host/host.c must not use doors/server.h" },
    { "doors/main.c",   '#include "../policy/policy.h"\n',
      "doors/main.c must not use policy/policy.h" },
    { "jobgate.h",      '#include "model/job.h"\n',     "jobgate.h must not use model/job.h" },
    { "store/jobs.c",   "#include <jansson.h>\n", "store/jobs.c must not use jansson (jansson.h)" },
    { "store/jobs.c",   "#include <bsd/sys/tree.h>\n",
      "store/jobs.c must not use libbsd (bsd/sys/tree.h)" },
    { "host/life.c",    '#include "../store/order.h"\n#include <bsd/string.h>\n',
      "host/life.c must not use libbsd (bsd/string.h)" },
    { "host/host.c",    "#include <lua.h>\n",     "host/host.c must not use Lua (lua.h)" },
    { "wire/reply.c",   "#include <libxml/tree.h>\n",
      "wire/reply.c must not use libxml2 (libxml/tree.h)" },
    { "doors/main.c",   "#include <curl/curl.h>\n",
      "doors/main.c uses <curl/curl.h>, which no table names" },
  }
  for _, row in ipairs(planted) do
    it("finds that " .. row[3], function()
      assert.same({ row[3] }, faults_of(map, row[1], row[2]))
    end)
  end

  it("lets a room use itself and what its line names", function()
    assert.same({}, faults_of(map, "host/host.c",
      '#include "state.h"\n#include "../api/api.h"\n#include <jansson.h>\n#include <stdio.h>\n'))
  end)
end)
