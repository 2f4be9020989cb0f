/* client.c -- one connection, for what is counted rather than timed.
 *
 * usage: client requests PORT N TARGET     N requests, one after the other
 *        client cold N PROGRAM ARGUMENT... median of N starts, in ms: from
 *                                          the fork to the first 200
 *
 * PROGRAM writes its ready line to descriptor 1 and ends at SIGTERM. */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_STARTS = 1000, MOST_ANSWER = 8192 };

static void die(const char *what)
{
    fprintf(stderr, "client: %s\n", what);
    exit(1);
}

static int dial(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((in_port_t)port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int descriptor = socket(AF_INET, SOCK_STREAM, 0), on = 1;

    if (descriptor < 0 ||
        connect(descriptor, (struct sockaddr *)&address, sizeof(address)) != 0)
        die("cannot connect");
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return descriptor;
}

/* Is the answer whole? */
static bool is_whole(const char *answer, size_t size)
{
    const char *end = strstr(answer, "\r\n\r\n");
    const char *length = strstr(answer, "\r\nContent-Length: ");

    return end && length && length < end &&
           size >= (size_t)(end + 4 - answer) + strtoul(length + 18, NULL, 10);
}

/* One request on a connection; the status of its answer. */
static int ask(int descriptor, const char *method, const char *target)
{
    char text[MOST_ANSWER];
    size_t size = 0;
    ssize_t n = snprintf(text, sizeof(text),
                         "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                         "x-cos-appid: 1250000000\r\n\r\n",
                         method, target);

    if (send(descriptor, text, (size_t)n, MSG_NOSIGNAL) != n)
        die("cannot send");
    do {
        n = recv(descriptor, text + size, sizeof(text) - 1 - size, 0);
        if (n <= 0)
            die("the connection was closed");
        size += (size_t)n;
        text[size] = '\0';
    } while (!is_whole(text, size));
    return atoi(text + strlen("HTTP/1.1 "));
}

static int requests(unsigned port, long n, const char *target)
{
    int descriptor = dial(port);

    while (n-- > 0)
        ask(descriptor, "POST", target);
    close(descriptor);
    return 0;
}

static double now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Start the program, ask it how it is, end it: milliseconds to the answer. */
static double start_once(char **program)
{
    double begun = now_ms(), took;
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
    descriptor = dial((unsigned)strtoul(port + 10, NULL, 10));
    if (ask(descriptor, "GET", "/_jobgate/health") != 200)
        die("it is not healthy");
    took = now_ms() - begun;
    close(descriptor);
    fclose(ready);
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
    return took;
}

static int compare(const void *left, const void *right)
{
    const double *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

static int cold(int n, char **program)
{
    static double took[MOST_STARTS];

    if (n < 1 || n > MOST_STARTS)
        die("1 to 1000 starts");
    for (int i = 0; i < n; i++)
        took[i] = start_once(program);
    qsort(took, (size_t)n, sizeof(took[0]), compare);
    printf("%.2f\n", (took[(n - 1) / 2] + took[n / 2]) / 2);
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
