# What `cmake --install` puts where, but for the Lua module (install_module.cmake).
# Components: runtime, devel, doc.
include(CMakePackageConfigHelpers)

install(TARGETS program RUNTIME COMPONENT runtime)
install(TARGETS jobgate EXPORT jobgateTargets
        LIBRARY COMPONENT runtime NAMELINK_COMPONENT devel)
install(DIRECTORY policies DESTINATION ${CMAKE_INSTALL_DATADIR}/jobgate
        COMPONENT runtime FILES_MATCHING PATTERN "*.lua")

# ---- for those who build on the library ----------------------------------------

install(FILES src/jobgate.h TYPE INCLUDE COMPONENT devel)

# Relocatable: the prefix is as many folders above the file as it is deep. It names
# no other package: the library is a shared one, and its header needs none of them,
# so nobody has to install theirs to build with it.
set(PKGCONFIG_DIR ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH PKGCONFIG_TO_PREFIX /${PKGCONFIG_DIR} /)
string(REGEX REPLACE "/$" "" PKGCONFIG_TO_PREFIX ${PKGCONFIG_TO_PREFIX})
configure_file(cmake/jobgate.pc.in jobgate.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/jobgate.pc DESTINATION ${PKGCONFIG_DIR}
        COMPONENT devel)

set(CONFIG_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/jobgate)
configure_package_config_file(cmake/jobgateConfig.cmake.in jobgateConfig.cmake
  INSTALL_DESTINATION ${CONFIG_DIR}
  NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
# While the first number is 0, the second one may change what there is.
write_basic_package_version_file(jobgateConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/jobgateConfig.cmake
              ${CMAKE_BINARY_DIR}/jobgateConfigVersion.cmake
        DESTINATION ${CONFIG_DIR} COMPONENT devel)
install(EXPORT jobgateTargets NAMESPACE jobgate:: DESTINATION ${CONFIG_DIR}
        COMPONENT devel)

# ---- for shells, made by the program (CMakeLists.txt) -----------------------------

set(JOBGATE_ZSH_DIR ${CMAKE_INSTALL_DATADIR}/zsh/site-functions CACHE STRING
    "Where completions for zsh are installed; vendor-completions below Debian's /usr")
install(FILES ${COMPLETIONS_DIR}/jobgate
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        COMPONENT runtime)
install(FILES ${COMPLETIONS_DIR}/_jobgate
        DESTINATION ${JOBGATE_ZSH_DIR} COMPONENT runtime)
install(FILES ${COMPLETIONS_DIR}/jobgate.fish
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d
        COMPONENT runtime)

# ---- to read ---------------------------------------------------------------------

foreach(page jobgate.1 jobgate.3 jobgate-policy.5 jobgate-control.7)
  string(REGEX MATCH "[0-9]$" section ${page})
  install(FILES ${MAN_DIR}/${page} COMPONENT doc
          DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
install(FILES README.md TYPE DOC COMPONENT doc)
install(FILES policies/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR}/policies
        COMPONENT doc)
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT doc
        PATTERN examples/c/CMakeLists.txt EXCLUDE)
