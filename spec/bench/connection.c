#include "connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tool.h"

static char answer[CONNECTION_ANSWER];

int connection_open(unsigned port)
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
static bool is_whole(size_t size)
{
    const char *end = strstr(answer, "\r\n\r\n");
    const char *length = strstr(answer, "\r\nContent-Length: ");

    return end && length && length < end &&
           size >= (size_t)(end + 4 - answer) + strtoul(length + 18, NULL, 10);
}

static void send_all(int descriptor, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t n = send(descriptor, data, size, MSG_NOSIGNAL);

        if (n <= 0)
            die("cannot send");
        data += n;
        size -= (size_t)n;
    }
}

int connection_ask(int descriptor, const char *method, const char *target,
                   const char *headers, const char *body, size_t length)
{
    char head[1024];
    size_t size = 0;
    ssize_t n = snprintf(head, sizeof(head),
                         "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                         "x-cos-appid: 1250000000\r\n%s",
                         method, target, headers);

    if (length > 0)
        n += snprintf(head + n, sizeof(head) - (size_t)n,
                      "Content-Length: %zu\r\n", length);
    n += snprintf(head + n, sizeof(head) - (size_t)n, "\r\n");
    send_all(descriptor, head, (size_t)n);
    send_all(descriptor, body, length);
    do {
        n = recv(descriptor, answer + size, sizeof(answer) - 1 - size, 0);
        if (n <= 0)
            die("the connection was closed");
        size += (size_t)n;
        answer[size] = '\0';
    } while (!is_whole(size));
    return atoi(answer + strlen("HTTP/1.1 "));
}

const char *connection_answer(void)
{
    return answer;
}
