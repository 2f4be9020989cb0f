# Write each file of the list IN, NAME.*, as a C string `builtin_NAME` to OUT,
# which includes HEADER.
file(WRITE ${OUT} "#include \"${HEADER}\"\n")
foreach(file ${IN})
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} text HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${text}")
  string(REGEX REPLACE "((0x[0-9a-f][0-9a-f],){12})" "    \\1\n" bytes "${bytes}")
  file(APPEND ${OUT} "\nconst char builtin_${name}[] = {\n${bytes}\n0};\n"
    "const unsigned long builtin_${name}_size = sizeof(builtin_${name}) - 1;\n")
endforeach()
