# Write the file IN as a C string `builtin_documented` to OUT.
file(READ ${IN} text HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${text}")
string(REGEX REPLACE "((0x[0-9a-f][0-9a-f],){12})" "    \\1\n" bytes "${bytes}")
file(WRITE ${OUT} "#include \"policy/builtin.h\"\n\n"
  "const char builtin_documented[] = {\n${bytes}\n0};\n"
  "const unsigned long builtin_documented_size =\n"
  "    sizeof(builtin_documented) - 1;\n")
