/* client.c -- one connection, for what is counted rather than timed.
 *
 * usage: client requests PORT N TARGET     N requests, one after the other
 *        client cold N PROGRAM ARGUMENT... median of N starts, in ms: from
 *                                          the fork to the first 200
 *
 * PROGRAM writes its ready line to descriptor 1 and ends at SIGTERM. */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "connection.h"
#include "tool.h"

enum { MOST_STARTS = 1000 };

static int requests(unsigned port, long n, const char *target)
{
    int descriptor = connection_open(port);

    while (n-- > 0)
        connection_ask(descriptor, "POST", target, "", "", 0);
    close(descriptor);
    return 0;
}

/* Start the program, ask it how it is, end it: milliseconds to the answer. */
static double start_once(char **program)
{
    double begun = now_us(), took;
    char line[512], *port;
    int ends[2], descriptor;
    FILE *ready;
    pid_t pid;

    if (pipe(ends) != 0 || (pid = fork()) < 0)
        die("cannot fork");
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execv(program[0], program);
        _exit(127);
    }
    close(ends[1]);
    ready = fdopen(ends[0], "r");
    if (!ready || !fgets(line, sizeof(line), ready))
        die("the program did not start");
    port = strstr(line, "127.0.0.1:");
    if (!port)
        die("the ready line has no address");
    descriptor = connection_open((unsigned)strtoul(port + 10, NULL, 10));
    if (connection_ask(descriptor, "GET", "/_jobgate/health", "", "", 0) != 200)
        die("it is not healthy");
    took = (now_us() - begun) / 1e3;
    close(descriptor);
    fclose(ready);
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
    return took;
}

static int cold(int n, char **program)
{
    static double took[MOST_STARTS];

    if (n < 1 || n > MOST_STARTS)
        die("1 to 1000 starts");
    for (int i = 0; i < n; i++)
        took[i] = start_once(program);
    printf("%.2f\n", median(took, (size_t)n));
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "requests") == 0)
        return requests((unsigned)strtoul(argv[2], NULL, 10),
                        strtol(argv[3], NULL, 10), argv[4]);
    if (argc > 3 && strcmp(argv[1], "cold") == 0)
        return cold(atoi(argv[2]), argv + 3);
    die("usage: client requests PORT N TARGET | client cold N PROGRAM ...");
}
