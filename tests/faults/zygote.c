/*
 * The parent of many servers. Loading the program's libraries takes ten times as long as starting
 * the service; so they are loaded once, and each server is a fork of that process, taken before
 * main() has begun.
 *
 * Input      a line a server: ID, page, log file, arguments …, with tabs between.
 * Output     ID TAB "pid" TAB number; ID TAB "out" TAB a line of its output; ID TAB "end" TAB its
 *            exit status, or minus the signal.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/faults/faults.h"

enum { CHILDREN_MAX = 64, ARGUMENTS_MAX = 40, LINE_MAX_BYTES = 16384 };

struct child {
    pid_t pid;
    int out; /* −1: nobody */
    char id[16];
    char line[LINE_MAX_BYTES];
    size_t len;
};

static struct child children[CHILDREN_MAX];
static char arguments[LINE_MAX_BYTES], *words[ARGUMENTS_MAX + 1];

static void tell_lines(struct child *child, bool all)
{
    for (char *end; (end = memchr(child->line, '\n', child->len)) || (all && child->len);) {
        const size_t len = end ? (size_t)(end - child->line) : child->len;
        printf("%s\tout\t%.*s\n", child->id, (int)len, child->line);
        const size_t used = end ? len + 1 : len;
        memmove(child->line, child->line + used, child->len - used);
        child->len -= used;
    }
}

static void hear(struct child *child)
{
    const ssize_t got = read(child->out, child->line + child->len, sizeof child->line - child->len);
    if (got > 0) {
        child->len += (size_t)got;
        tell_lines(child, child->len == sizeof child->line);
    } else {
        int status = 0;
        tell_lines(child, true);
        close(child->out);
        child->out = -1;
        waitpid(child->pid, &status, 0);
        printf("%s\tend\t%d\n", child->id,
               WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status));
    }
    fflush(stdout);
}

/* In the child: what the program finds when it starts. */
static void become_server(const char *page, const char *log, int out)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (size_t i = 0; i < CHILDREN_MAX; i++)
        if (children[i].out >= 0)
            close(children[i].out);
    const int errors = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    const int nothing = open("/dev/null", O_RDONLY);
    if (errors < 0 || nothing < 0)
        _exit(3);
    dup2(nothing, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(errors, STDERR_FILENO);
    close(nothing);
    close(out);
    close(errors);
    unsetenv("FAULTS_ZYGOTE");
    setenv("FAULTS_PAGE", page, 1); /* for what the server itself starts */
    faults_map(page);
}

/* True in the child. */
static bool start(char *line, char *program, int *argc, char ***argv)
{
    size_t count = 0, at = 0;
    char *rest = line;
    while (count < ARGUMENTS_MAX && (words[count] = strsep(&rest, "\t\n")) && rest)
        count++;
    while (at < CHILDREN_MAX && children[at].out >= 0)
        at++;
    int ends[2];
    if (count < 3 || at == CHILDREN_MAX || pipe2(ends, O_CLOEXEC) != 0)
        abort();
    const pid_t pid = fork();
    if (pid < 0)
        abort();
    if (pid == 0) {
        become_server(words[1], words[2], ends[1]);
        words[2] = program;
        words[count] = NULL;
        *argc = (int)count - 2;
        *argv = words + 2;
        return true;
    }
    close(ends[1]);
    children[at].pid = pid;
    children[at].out = ends[0];
    children[at].len = 0;
    snprintf(children[at].id, sizeof children[at].id, "%.15s", words[0]);
    printf("%s\tpid\t%d\n", words[0], (int)pid);
    fflush(stdout);
    return false;
}

void zygote_run(int *argc, char ***argv)
{
    char *program = (*argv)[0];
    size_t len = 0;
    for (size_t i = 0; i < CHILDREN_MAX; i++)
        children[i].out = -1;
    for (;;) {
        struct pollfd ready[CHILDREN_MAX + 1] = {{.fd = STDIN_FILENO, .events = POLLIN}};
        for (size_t i = 0; i < CHILDREN_MAX; i++)
            ready[i + 1] = (struct pollfd){.fd = children[i].out, .events = POLLIN};
        if (poll(ready, CHILDREN_MAX + 1, -1) < 0)
            continue;
        for (size_t i = 0; i < CHILDREN_MAX; i++)
            if (ready[i + 1].revents)
                hear(&children[i]);
        if (!ready[0].revents)
            continue;
        const ssize_t got = read(STDIN_FILENO, arguments + len, sizeof arguments - 1 - len);
        if (got <= 0)
            _exit(0); /* the test has ended; the children end with us */
        len += (size_t)got;
        arguments[len] = '\0';
        for (char *end; (end = memchr(arguments, '\n', len));) {
            char line[LINE_MAX_BYTES];
            const size_t used = (size_t)(end - arguments) + 1;
            memcpy(line, arguments, used);
            line[used] = '\0';
            memmove(arguments, arguments + used, len - used);
            len -= used;
            char *kept = strdup(line); /* the child keeps its arguments */
            if (!kept)
                abort();
            if (start(kept, program, argc, argv))
                return;
            free(kept);
        }
    }
}
