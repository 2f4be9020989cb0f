-- A .c file has at most 400 lines, a function at most 50.

local FILE_LINES, FUNCTION_LINES = 400, 50

--- What is too long in a C source, as sentences.
local function faults_of(path, text)
  local faults, number, began = {}, 0, nil
  for line in text:gmatch "([^\n]*)\n" do
    number = number + 1
    if line == "{" then
      began = number
    elseif line == "}" and began then
      local lines = number - began + 1
      if lines > FUNCTION_LINES then
        faults[#faults + 1] = ("%s:%d: a function of %d lines"):format(path, began, lines)
      end
      began = nil
    end
  end
  if number > FILE_LINES then
    faults[#faults + 1] = ("%s has %d lines"):format(path, number)
  end
  return faults
end

local function sources()
  local list <close> = assert(io.popen(
    "find src examples spec -name node_modules -prune -o -name '*.c' -print | sort"))
  local paths = {}
  for path in list:lines() do
    paths[#paths + 1] = path
  end
  return paths
end

describe("a C source", function()
  it("is among many", function()
    assert.is_true(#sources() > 40)
  end)

  for _, path in ipairs(sources()) do
    it("has at most 400 lines, and its functions 50: " .. path, function()
      local file <close> = assert(io.open(path))
      assert.same({}, faults_of(path, file:read "a"))
    end)
  end

  it("is found to be too long", function()
    assert.same({}, faults_of("x.c", ("\n"):rep(FILE_LINES)))
    assert.same({ "x.c has 401 lines" }, faults_of("x.c", ("\n"):rep(FILE_LINES + 1)))
    assert.same({}, faults_of("x.c", "{\n" .. ("\n"):rep(FUNCTION_LINES - 2) .. "}\n"))
    assert.same({ "x.c:1: a function of 51 lines" },
      faults_of("x.c", "{\n" .. ("\n"):rep(FUNCTION_LINES - 1) .. "}\n"))
  end)
end)
