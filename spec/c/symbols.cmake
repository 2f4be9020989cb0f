# A shared library exports what it promises and nothing else.
#
# cmake -DNM=nm -DLIBRARY=... [-DHEADER=...] [-DNAMES=a;b] -P symbols.cmake:
# the promise is NAMES, or every function that HEADER marks JOBGATE_API.
cmake_minimum_required(VERSION 3.25)
if(HEADER)
  file(READ ${HEADER} text)
  string(REGEX REPLACE "\n#[^\n]*" "" text "${text}")
  string(REGEX MATCHALL "JOBGATE_API[^(;]*[(]" promises "${text}")
  foreach(promise ${promises})
    string(REGEX REPLACE ".*[ *\n]([a-z_]+)[(]" "\\1" name "${promise}")
    list(APPEND NAMES ${name})
  endforeach()
endif()
list(LENGTH NAMES count)
if(count EQUAL 0)
  message(FATAL_ERROR "no promise was found")
endif()

execute_process(COMMAND ${NM} -D --defined-only ${LIBRARY}
                OUTPUT_VARIABLE listing COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "[^\n]* ([^ \n]+)\n" "\\1;" found "${listing}")
# What AddressSanitizer adds to a build of its own.
list(FILTER found EXCLUDE REGEX "^__(odr_)?asan|^$")

set(missing ${NAMES})
list(REMOVE_ITEM missing ${found})
set(surplus ${found})
list(REMOVE_ITEM surplus ${NAMES})
if(missing OR surplus)
  message(FATAL_ERROR "${LIBRARY}: missing: ${missing}; surplus: ${surplus}")
endif()
message(STATUS "${LIBRARY}: ${count} symbols, as promised")
