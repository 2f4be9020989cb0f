# One Debian package with everything in it: `./dev package`, or `cpack -G DEB`.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME jobgate)
set(CPACK_PACKAGE_CONTACT "jobgate maintainers <jobgate@example.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY
    "scriptable test double of the COS batch-job API")
set(CPACK_PACKAGE_DESCRIPTION
"A C host keeps jobs, clock and journal; a policy in Lua decides whether a
requested status change is accepted, what the job becomes, which error answers,
and what happens to jobs by themselves. The package has the program, the C
library with its header, pkg-config file and CMake package, the module for
Lua 5.4, example policies, manual pages and completions for shells.")
set(CPACK_STRIP_FILES ON)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Lua is needed by those alone who use the module.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "lua5.4, lua-busted")
# Packages that link the library are told which one it is. That the loader is
# told, too, CPack sees to.
file(WRITE ${CMAKE_BINARY_DIR}/deb/shlibs
     "libjobgate 0 jobgate (>= ${PROJECT_VERSION})\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_BINARY_DIR}/deb/shlibs)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
