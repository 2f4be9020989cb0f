--- What the parts of the benchmark share: files, processes, numbers.

local support = {
  build   = os.getenv("JOBGATE_BUILD") or "build-bench",
  rounds  = tonumber(arg[1]) or 5,
  seconds = tonumber(arg[2]) or 3,
}

-- The Lua module, as it was built.
package.path = package.path .. ";lua/?.lua;lua/?/init.lua"
package.cpath = ("%s/lua/?.so;%s"):format(support.build, package.cpath)

local temporary = {} -- paths
local running   = {} -- servers by their pid

-- ---- files and processes ---------------------------------------------------

--- A new file, gone at the end.
---@param text string
---@return string path
function support.file_with(text)
  local path = os.tmpname()
  local file <close> = assert(io.open(path, "w"))
  file:write(text)
  temporary[#temporary + 1] = path
  return path
end

local function read_all(path)
  local file <close> = assert(io.open(path))
  return file:read("a")
end

--- What a command prints; an error when it fails.
---@param format string
---@return string
function support.output_of(format, ...)
  local command = format:format(...)
  local pipe = assert(io.popen(command))
  local text = pipe:read("a")
  return pipe:close() and text or error(command .. " failed:\n" .. text)
end

--- What one of the benchmark's own tools prints.
---@param format string
---@return string
function support.tool(format, ...)
  return support.output_of("%s/spec/bench/" .. format, support.build, ...)
end

--- The command of a double with these options.
---@param options string
---@return string
function support.double(options)
  return ("%s/jobgate serve --port 0 %s 2>/dev/null"):format(support.build, options)
end

--- A server on core 0. `prefix` is what runs it.
---@param command string
---@param prefix string?
---@return { pid: integer, url: string, port: string, certificate: string?, pipe: file* }
function support.start(command, prefix)
  local pipe = assert(io.popen(("echo $$; exec taskset -c 0 %s %s"):format(
    prefix or "", command)))
  local pid = assert(pipe:read("n"), command)
  running[pid] = pipe
  local port, scheme, certificate
  repeat
    local line = pipe:read("l") or error(command .. " did not start")
    port = line:match("127%.0%.0%.1:(%d+)") or line:match("^(%d+)$")
    scheme = line:match("(https?)://127%.") or "http"
    certificate = line:match('"certificate": "([^"]+)"')
  until port
  local url = ("%s://127.0.0.1:%s"):format(scheme, port)
  return { pid = pid, url = url, port = port, certificate = certificate, pipe = pipe }
end

--- End a server, or wait for one that has been told to end.
function support.wait(server)
  server.pipe:close()
  running[server.pid] = nil
end

function support.stop(server)
  os.execute("kill " .. server.pid)
  support.wait(server)
end

--- Leave nothing behind.
function support.close()
  for pid, pipe in pairs(running) do
    os.execute("kill " .. pid)
    pipe:close()
  end
  for _, path in ipairs(temporary) do
    os.remove(path)
  end
end

local ticks_each_second = tonumber(support.output_of("getconf CLK_TCK"))

--- Seconds of processor time that a process has used.
---@param pid integer
---@return number
function support.used(pid)
  local fields = read_all(("/proc/%d/stat"):format(pid)):match("%) (.*)")
  local user, system = fields:match("^" .. ("%S+ "):rep(11) .. "(%d+) (%d+)")
  return (user + system) / ticks_each_second
end

---@param pid integer
---@return number
function support.resident_mb(pid)
  local kb = read_all(("/proc/%d/status"):format(pid)):match("VmRSS:%s+(%d+)")
  return kb / 1024
end

--- Instructions of n requests in process, all of them included.
---@param n integer
---@param more string? further arguments of the tool "decide"
---@return integer instructions
---@return integer accepted of the requests
function support.instructions(n, more)
  local text = support.output_of("valgrind --tool=callgrind " ..
    "--callgrind-out-file=/dev/null %s/spec/bench/decide %d %s 2>&1",
    support.build, n, more or "")
  return tonumber(text:match("Collected : (%d+)")), tonumber(text:match("(%d+) accepted"))
end

-- ---- numbers ---------------------------------------------------------------

---@param list number[]
---@return number
function support.median(list)
  local sorted = table.move(list, 1, #list, 1, {})
  table.sort(sorted)
  local n = #sorted
  return (sorted[(n + 1) // 2] + sorted[n // 2 + 1]) / 2
end

--- The median of the ratios of one round each.
---@param list number[]
---@param floors number[]
---@return number
function support.ratio(list, floors)
  local ratios = {}
  for i, number in ipairs(list) do
    ratios[i] = number / floors[i]
  end
  return support.median(ratios)
end

return support
