-- The Lua module for LuaRocks: `luarocks make` builds it from this folder. The
-- program and the C library come by `cmake --install`.

rockspec_format = "3.0"
package = "jobgate"
version = "scm-1"

source = {
  url = "git+https://example.invalid/jobgate.git",
}

description = {
  summary = "A scriptable test double of the COS batch-job API",
  detailed = [[
A C host keeps jobs, clock and journal; a policy in Lua decides whether a
requested status change is accepted, what the job becomes, which error answers,
and what happens to jobs by themselves. In specs it answers as the service
would, in process or over HTTP, on a clock that is moved by hand.]],
}

dependencies = { "lua >= 5.4, < 5.5" }
test_dependencies = { "busted", "luasocket" }

-- On Debian: libmicrohttpd-dev libxml2-dev libjansson-dev nettle-dev
-- libgnutls28-dev libbsd-dev, and cmake and pkg-config.
external_dependencies = {
  MICROHTTPD = { header = "microhttpd.h" },
  XML2 = { header = "libxml2/libxml/xmlreader.h" },
  JANSSON = { header = "jansson.h" },
  NETTLE = { header = "nettle/hmac.h" },
  GNUTLS = { header = "gnutls/gnutls.h" },
  BSD = { header = "bsd/sys/tree.h" },
}

build = {
  type = "cmake",
  variables = {
    JOBGATE_MODULE_ONLY = "ON",
    JOBGATE_LUA_DIR = "$(LUADIR)",
    JOBGATE_LUA_LIBDIR = "$(LIBDIR)",
    CMAKE_BUILD_TYPE = "None", -- the flags are LuaRocks' own
    CMAKE_C_FLAGS = "$(CFLAGS) -DNDEBUG",
  },
  copy_directories = { "policies" },
}

test = {
  type = "busted",
}
