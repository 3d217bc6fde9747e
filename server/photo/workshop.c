#include "server/photo/workshop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/photo/workshop_wire.h"

enum { TALK_SECONDS = CHILD_SECONDS + 15 };

struct workshop {
    const char *program;
    pid_t pid; /* 0: none runs */
    int fd;    /* the one line to it, both ways */
};

static enum err_code not_now(struct err *err)
{
    return err_set(err, ERR_BUSY, "photos cannot be read just now; try again", 0);
}

/* --- Life ------------------------------------------------------------------------------------- */

static bool spawn(struct workshop *workshop, int theirs)
{
    char name[] = "kakikomap", command[] = WORKSHOP_COMMAND;
    char *const argv[] = {name, command, NULL};
    char *const nothing[] = {NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    if (posix_spawn_file_actions_init(&files) != 0)
        return false;
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&files);
        return false;
    }
    posix_spawn_file_actions_adddup2(&files, theirs, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, theirs, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    /* A group of its own: Ctrl-C is for the server, which lets a photo under way be finished. */
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    const int result =
        posix_spawn(&workshop->pid, workshop->program, &files, &attributes, argv, nothing);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return result == 0;
}

static enum err_code start(struct workshop *workshop, struct err *err)
{
    int ends[2];
    if (workshop->pid)
        return ERR_OK;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return not_now(err);
    const struct timeval patience = {.tv_sec = TALK_SECONDS};
    setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const bool spawned = spawn(workshop, ends[1]);
    close(ends[1]);
    if (spawned) {
        workshop->fd = ends[0];
        return ERR_OK;
    }
    close(ends[0]);
    workshop->pid = 0;
    return not_now(err);
}

static void end(struct workshop *workshop)
{
    if (!workshop->pid)
        return;
    close(workshop->fd);
    kill(-workshop->pid, SIGKILL);
    while (waitpid(workshop->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    workshop->pid = 0;
}

enum err_code workshop_open(const char *program, struct workshop **ret, struct err *err)
{
    struct workshop *workshop = calloc(1, sizeof *workshop);
    if (!workshop)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    workshop->program = program ? program : "/proc/self/exe";
    *ret = workshop;
    return ERR_OK;
}

void workshop_close(struct workshop *workshop)
{
    if (!workshop)
        return;
    end(workshop);
    free(workshop);
}

/* --- Talking ---------------------------------------------------------------------------------- */

static bool send_all(int fd, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;
    while (len > 0) {
        const ssize_t sent = send(fd, at, len, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        at += sent;
        len -= (size_t)sent;
    }
    return true;
}

static bool receive_all(int fd, void *bytes, size_t len)
{
    uint8_t *at = bytes;
    while (len > 0) {
        const ssize_t got = recv(fd, at, len, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        len -= (size_t)got;
    }
    return true;
}

/* Nothing but a picture, of the size the answer says: else a decoder taken over has written it. */
static bool is_good(struct span variant, uint32_t side_max, uint32_t width, uint32_t height)
{
    struct jpeg_info info;
    return jpeg_scan(variant, &info, NULL) == ERR_OK && info.is_bare && !info.is_progressive &&
           info.width <= side_max && info.height <= side_max &&
           (width == 0 || (info.width == width && info.height == height));
}

static bool take_variants(const struct workshop *workshop, const struct workshop_job *job,
                          const struct wire_answer *answer, struct arena *arena,
                          struct codec_variants *ret)
{
    const bool makes_display = job->task == WORKSHOP_MAKE;
    if (answer->display_bytes > WIRE_ANSWER_MAX || answer->thumb_bytes > WIRE_ANSWER_MAX ||
        answer->width == 0 || answer->height == 0 || (answer->display_bytes == 0) == makes_display)
        return false;
    const size_t len = (size_t)answer->display_bytes + answer->thumb_bytes;
    uint8_t *bytes = arena_alloc(arena, len);
    if (!bytes || !receive_all(workshop->fd, bytes, len))
        return false;
    *ret = (struct codec_variants){
        .width = answer->width,
        .height = answer->height,
        .display = span_of(bytes, answer->display_bytes),
        .thumb = span_of(bytes + answer->display_bytes, answer->thumb_bytes),
    };
    return is_good(ret->thumb, CODEC_THUMB_SIDE, 0, 0) &&
           (!makes_display ||
            is_good(ret->display, CODEC_DISPLAY_SIDE, answer->width, answer->height));
}

static bool tell(const struct workshop *workshop, const struct workshop_job *job)
{
    struct wire_job wire = {
        .task = (uint32_t)job->task,
        .bytes = (uint32_t)job->photo.len,
        .box_count = (uint32_t)job->box_count,
        .info = job->info,
    };
    if (job->box_count)
        memcpy(wire.boxes, job->boxes, job->box_count * sizeof *job->boxes);
    return send_all(workshop->fd, &wire, sizeof wire) &&
           send_all(workshop->fd, job->photo.data, job->photo.len);
}

static enum err_code talk(struct workshop *workshop, const struct workshop_job *job,
                          struct arena *arena, struct codec_variants *ret, struct err *err)
{
    struct wire_answer answer;
    struct codec_variants made;
    if (!tell(workshop, job) || !receive_all(workshop->fd, &answer, sizeof answer))
        return not_now(err);
    if (answer.result == WIRE_BROKEN)
        return err_set(err, ERR_FORMAT, "no picture comes out of this photo", 0);
    if (answer.result == WIRE_TOO_MUCH)
        return err_set(err, ERR_INVALID, "the photo needs more memory or time than a photo may", 0);
    if (answer.result != WIRE_MADE || !take_variants(workshop, job, &answer, arena, &made))
        return not_now(err);
    *ret = made;
    return ERR_OK;
}

enum err_code workshop_do(struct workshop *workshop, const struct workshop_job *job,
                          struct arena *arena, struct codec_variants *ret, struct err *err)
{
    if (job->photo.len > WORKSHOP_PHOTO_MAX || job->box_count > WORKSHOP_BOXES_MAX)
        return err_set(err, ERR_TOO_LARGE, "the photo has too many bytes", job->photo.len);
    TRY(start(workshop, err));
    const enum err_code code = talk(workshop, job, arena, ret, err);
    if (code == ERR_BUSY)
        end(workshop);
    return code;
}
