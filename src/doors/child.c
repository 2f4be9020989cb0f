#define _GNU_SOURCE

#include "child.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static size_t name_length(const char *text)
{
    return strcspn(text, "=");
}

static bool is_set(const char *text, const struct child_variable *variables,
                   size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t length = name_length(variables[i].name);

        if (name_length(text) == length &&
            strncmp(text, variables[i].name, length) == 0)
            return true;
    }
    return false;
}

static void free_environment(char **environment, size_t first)
{
    for (size_t i = first; environment && environment[i]; i++)
        free(environment[i]);
    free(environment);
}

/* Our environment with the variables; those behind `ret_first` are to be freed. */
static char **make_environment(const struct child_variable *variables,
                               size_t n_variables, size_t *ret_first)
{
    size_t count = 0, used = 0;
    char **made;

    while (environ[count])
        count++;
    made = calloc(count + n_variables + 1, sizeof(*made));
    if (!made)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        if (!is_set(environ[i], variables, n_variables))
            made[used++] = environ[i];
    }
    *ret_first = used;
    for (size_t i = 0; i < n_variables; i++) {
        if (!variables[i].value)
            continue;
        if (asprintf(&made[used], "%.*s=%s",
                     (int)name_length(variables[i].name), variables[i].name,
                     variables[i].value) < 0) {
            made[used] = NULL;
            free_environment(made, *ret_first);
            return NULL;
        }
        used++;
    }
    return made;
}

/* Start it with all signals as they are for any program. 0 or an errno. */
static int start(char **command, char **environment, pid_t *ret_child)
{
    posix_spawnattr_t attributes;
    sigset_t none, pipe;
    int error = posix_spawnattr_init(&attributes);

    if (error)
        return error;
    sigemptyset(&none);
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &pipe);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    error = posix_spawnp(ret_child, command[0], NULL, &attributes, command,
                         environment);
    posix_spawnattr_destroy(&attributes);
    return error;
}

/* Wait for its end. A signal that a terminal sends, the command gets from the
 * terminal itself. The end may be told to another thread: look again each second. */
static int wait_for(pid_t child, const sigset_t *signals)
{
    int status = 0;
    const struct timespec second = {.tv_sec = 1};
    siginfo_t info;

    for (;;) {
        int number = sigtimedwait(signals, &info, &second);

        if (waitpid(child, &status, WNOHANG) == child)
            return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
                                       : WEXITSTATUS(status);
        if (number > 0 && number != SIGCHLD && info.si_code != SI_KERNEL)
            kill(child, number);
    }
}

int child_run(char **command, const struct child_variable *variables,
              size_t n_variables, const sigset_t *signals, struct why *why)
{
    size_t first = 0;
    char **environment = make_environment(variables, n_variables, &first);
    pid_t child;
    int error = environment ? start(command, environment, &child) : ENOMEM;

    free_environment(environment, first);
    if (error == 0)
        return wait_for(child, signals);
    why_set(why, "%.500s cannot be run: %s", command[0], strerror(error));
    return error == ENOENT ? CHILD_NOT_FOUND : CHILD_NOT_RUN;
}
