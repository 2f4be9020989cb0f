/* serve.h -- jobgate serve. */

#pragma once

/* The words behind "serve". An exit code. */
int serve_run(int argc, char **argv);
