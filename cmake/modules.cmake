# Write the files of the list IN, which lie below ROOT, as a table ${TABLE}s to
# OUT: of Lua modules jobgate/host.lua is "jobgate.host", jobgate/init.lua
# "jobgate"; other files keep their ends.
file(WRITE ${OUT} "#include \"doors/modules.h\"\n\nconst struct module ${TABLE}s[] = {\n")
foreach(file ${IN})
  file(RELATIVE_PATH name ${ROOT} ${file})
  string(REGEX REPLACE "(/init)?\\.lua$" "" name ${name})
  string(REPLACE "/" "." name ${name})
  file(READ ${file} text HEX)
  string(LENGTH "${text}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${text}")
  string(REGEX REPLACE "((0x[0-9a-f][0-9a-f],){12})" "    \\1\n" bytes "${bytes}")
  file(APPEND ${OUT} "{\"${name}\", (const char *)(const unsigned char[]){\n${bytes}\n0}, ${size}},\n")
endforeach()
file(APPEND ${OUT} "};\n\nconst unsigned long ${TABLE}_count = sizeof(${TABLE}s) / sizeof(${TABLE}s[0]);\n")
