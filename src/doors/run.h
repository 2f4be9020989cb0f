/* run.h -- jobgate run: a double around one command. */

#pragma once

/* The words behind "run". The exit code of the command, or one of options.h. */
int run_run(int argc, char **argv);
