# Where the Lua module goes. Below /usr and /usr/local the defaults are where
# Lua 5.4 of Debian looks by itself.
set(JOBGATE_LUA_DIR ${CMAKE_INSTALL_DATADIR}/lua/5.4 CACHE STRING
    "Where the Lua files of the module are installed")
set(JOBGATE_LUA_LIBDIR ${CMAKE_INSTALL_LIBDIR}/lua/5.4 CACHE STRING
    "Where the shared object of the Lua module is installed")

install(DIRECTORY lua/jobgate DESTINATION ${JOBGATE_LUA_DIR} COMPONENT runtime
        FILES_MATCHING PATTERN "*.lua")
install(TARGETS core DESTINATION ${JOBGATE_LUA_LIBDIR}/jobgate COMPONENT runtime)
