/* Writes down what a process does to the files below one folder, and when it answers: LD_PRELOAD it.
 *
 * RECORD_FOLDER: whose files; RECORD_LOG: where it is written down, a step after the other. A step is
 * a line "WHAT NAME OFFSET LENGTH", and after it the bytes of a write, or the new name. The folder
 * itself is called ".". What is done to files is noted once it is done; "answer PORT", an answer of
 * status 200 to whoever has that port, before it is sent: all that it rests on stands above it.
 *
 * Heard are the calls by which SQLite and Python change files. Should one of them use another one
 * day, the files made anew from the log would differ from the real ones, which tests compare.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))real(#name))

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static const char *folder;
static int out = -1;

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void begin(void) {
    const char *log = getenv("RECORD_LOG");
    folder = getenv("RECORD_FOLDER");
    if (log && folder) out = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* The name below the folder, or NULL for what is none of ours; `room` is for one that is put together. */
static const char *name_of(const char *path, char room[2 * PATH_MAX]) {
    size_t length = folder ? strlen(folder) : 0;
    if (out < 0) return NULL;
    if (*path != '/' && getcwd(room, PATH_MAX)) {
        strcat(room, "/");
        path = strncat(room, path, PATH_MAX - 1);
    }
    if (strncmp(path, folder, length)) return NULL;
    if (!path[length]) return ".";
    return path[length] == '/' ? path + length + 1 : NULL;
}

/* The same of an open file. One that was deleted has " (deleted)" after it. */
static const char *name_of_open(int fd, char room[2 * PATH_MAX]) {
    char link[64];
    ssize_t length;
    if (out < 0) return NULL;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, room, PATH_MAX - 1);
    if (length <= 0 || *room != '/') return NULL;
    room[length] = 0;
    return name_of(room, NULL);
}

static void note(const char *what, const char *name, off_t offset, const void *bytes, size_t length) {
    char head[PATH_MAX + 64];
    int size = snprintf(head, sizeof head, "%s %s %lld %zu\n", what, name, (long long)offset, length);
    struct iovec parts[] = {{head, (size_t)size}, {(void *)bytes, bytes ? length : 0}};
    ssize_t total = (ssize_t)(parts[0].iov_len + parts[1].iov_len);
    if (syscall(SYS_writev, out, parts, 2) != total) abort(); /* half a log would prove nothing */
}

static void note_answer(int fd, const void *bytes, size_t length) {
    static const char begins[] = "HTTP/1.1 200";
    struct sockaddr_in peer;
    socklen_t size = sizeof peer;
    char port[8];
    if (out < 0 || length < sizeof begins || memcmp(bytes, begins, sizeof begins - 1)) return;
    if (getpeername(fd, (struct sockaddr *)&peer, &size)) return;
    snprintf(port, sizeof port, "%d", ntohs(peer.sin_port));
    pthread_mutex_lock(&one_at_a_time);
    note("answer", port, 0, NULL, 0);
    pthread_mutex_unlock(&one_at_a_time);
}

/* Do CALL, and note it if it went well; what is noted stands in the order in which it was done. */
#define DONE_AND_NOTED(type, call, well, ...)       \
    ({                                              \
        pthread_mutex_lock(&one_at_a_time);         \
        type result = (call);                       \
        int why = errno;                            \
        if (well) note(__VA_ARGS__);                \
        pthread_mutex_unlock(&one_at_a_time);       \
        errno = why;                                \
        result;                                     \
    })

ssize_t write(int fd, const void *bytes, size_t length) {
    char room[2 * PATH_MAX];
    const char *name = name_of_open(fd, room);
    if (!name) {
        note_answer(fd, bytes, length);
        return REAL(write)(fd, bytes, length);
    }
    off_t offset = lseek(fd, 0, SEEK_CUR);
    return DONE_AND_NOTED(ssize_t, REAL(write)(fd, bytes, length), result > 0,
                          "write", name, offset, bytes, (size_t)result);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (count > 0) note_answer(fd, parts[0].iov_base, parts[0].iov_len);
    return REAL(writev)(fd, parts, count);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
    char room[2 * PATH_MAX];
    const char *name = name_of_open(fd, room);
    if (!name) return REAL(pwrite64)(fd, bytes, length, offset);
    return DONE_AND_NOTED(ssize_t, REAL(pwrite64)(fd, bytes, length, offset), result > 0,
                          "write", name, offset, bytes, (size_t)result);
}

int ftruncate64(int fd, off64_t size) {
    char room[2 * PATH_MAX];
    const char *name = name_of_open(fd, room);
    if (!name) return REAL(ftruncate64)(fd, size);
    return DONE_AND_NOTED(int, REAL(ftruncate64)(fd, size), !result, "truncate", name, size, NULL, 0);
}

int fsync(int fd) {
    char room[2 * PATH_MAX];
    const char *name = name_of_open(fd, room);
    if (!name) return REAL(fsync)(fd);
    return DONE_AND_NOTED(int, REAL(fsync)(fd), !result, "sync", name, 0, NULL, 0);
}

int fdatasync(int fd) {
    char room[2 * PATH_MAX];
    const char *name = name_of_open(fd, room);
    if (!name) return REAL(fdatasync)(fd);
    return DONE_AND_NOTED(int, REAL(fdatasync)(fd), !result, "sync", name, 0, NULL, 0);
}

int unlink(const char *path) {
    char room[2 * PATH_MAX];
    const char *name = name_of(path, room);
    if (!name) return REAL(unlink)(path);
    return DONE_AND_NOTED(int, REAL(unlink)(path), !result, "unlink", name, 0, NULL, 0);
}

int rename(const char *path, const char *to) {
    char room[2 * PATH_MAX], more[2 * PATH_MAX];
    const char *name = name_of(path, room), *new = name_of(to, more);
    if (!name || !new) return REAL(rename)(path, to);
    return DONE_AND_NOTED(int, REAL(rename)(path, to), !result, "rename", name, 0, new, strlen(new));
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    char room[2 * PATH_MAX];
    const char *name = name_of(path, room);
    if (!name || !(flags & O_CREAT)) return REAL(open64)(path, flags, mode);
    int is_new = access(path, F_OK) != 0;
    return DONE_AND_NOTED(int, REAL(open64)(path, flags, mode), result >= 0 && is_new,
                          "create", name, 0, NULL, 0);
}
