// Runs programs and does what is requested to one of their system calls: an error instead of it, a signal before it, or a delay.
// It reads requests from standard input and answers on standard output; both are frames: a length (u32), then NUL-terminated strings.
//   lock FILE     a child takes the flock of that file, as the process that starts a VM does, and serves what follows until "end"
//   end           ends that child, whatever it is doing
//   run ARM PROGRAM ACTION INDEX VALUE LIMIT SECONDS ARGV…
//     ARM     "main": calls count from the program's first one that names a file below PROGRAM (then a folder), or its umask(2);
//             "exec": calls of each process that runs PROGRAM count, from its start
//     ACTION  "none", "list", "error", "signal", "delay" (VALUE: errno, signal, milliseconds) at the INDEXth call; "list" lists all calls
//     LIMIT   "" or RLIMIT:NUMBER, with nofile, fsize or as
//   The answer: "exit N", "signal N" or "timeout"; the call that was hit; standard output; standard error; one string per call (list).
// Only for x86-64, like the programs.
#include "trace.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_WORDS = 64, MAX_FRAME = 1 << 20 };

struct request request;

_Noreturn void die(const char *what) {
    perror(what);
    _exit(125);
}

static bool read_all(void *to, size_t length) {
    for (size_t got = 0; got < length;) {
        ssize_t n = read(0, (char *)to + got, length - got);
        if (n == 0) return false;
        if (n < 0 && errno != EINTR) die("read");
        got += n > 0 ? n : 0;
    }
    return true;
}

static void write_all(const void *from, size_t length) {
    for (size_t put = 0; put < length;) {
        ssize_t n = write(1, (const char *)from + put, length - put);
        if (n < 0 && errno != EINTR) die("write");
        put += n > 0 ? n : 0;
    }
}

static void answer(const char *bytes, size_t length) {
    uint32_t size = length;
    write_all(&size, sizeof size);
    write_all(bytes, length);
}

static void limit(void) {
    static const struct { const char *name; int resource; } known[] = {{"nofile:", RLIMIT_NOFILE}, {"fsize:", RLIMIT_FSIZE}, {"as:", RLIMIT_AS}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t length = strlen(known[i].name);
        if (strncmp(request.limit, known[i].name, length)) continue;
        struct rlimit value = {atol(request.limit + length), atol(request.limit + length)};
        if (setrlimit(known[i].resource, &value)) die("setrlimit");
    }
}

static pid_t start(int output, int error, bool is_traced) {
    pid_t child = fork();
    if (child) return child;
    int null = open("/dev/null", O_RDONLY);
    dup2(null, 0);
    dup2(output, 1);
    dup2(error, 2);
    close_range(3, ~0U, 0);
    signal(SIGALRM, SIG_DFL);
    if (chdir("/")) die("chdir");
    if (is_traced) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        raise(SIGSTOP);
    }
    limit();
    execv(request.argv[0], request.argv);
    _exit(126);
}

static void copy_file(FILE *to, int file) {
    struct stat status;
    fstat(file, &status);
    char *bytes = status.st_size ? mmap(NULL, status.st_size, PROT_READ, MAP_SHARED, file, 0) : NULL;
    for (off_t i = 0; i < status.st_size; i++) fputc(bytes[i] ? bytes[i] : '?', to);
    if (bytes) munmap(bytes, status.st_size);
    fputc(0, to);
}

static void run(void) {
    char *calls = NULL, *text = NULL;
    size_t calls_size = 0, size = 0;
    int output = memfd_create("output", MFD_CLOEXEC), error = memfd_create("error", MFD_CLOEXEC), status;
    bool is_traced = strcmp(request.action, "none") != 0;
    FILE *list = strcmp(request.action, "list") == 0 ? open_memstream(&calls, &calls_size) : NULL;
    begin(list);
    struct itimerval timer = {{0, 0}, {request.seconds, 0}}, none = {{0, 0}, {0, 0}};
    pid_t child = start(output, error, is_traced);
    setitimer(ITIMER_REAL, &timer, NULL);
    if (is_traced) trace(child);
    status = follow(child);
    setitimer(ITIMER_REAL, &none, NULL);
    FILE *to = open_memstream(&text, &size);
    if (has_timed_out()) fprintf(to, "timeout%c", 0);
    else fprintf(to, "%s %d%c", WIFEXITED(status) ? "exit" : "signal", WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status), 0);
    fprintf(to, "%s%c", hit_call(), 0);
    copy_file(to, output);
    copy_file(to, error);
    if (list) {
        fclose(list);
        fwrite(calls, 1, calls_size, to);
    }
    fclose(to);
    answer(text, size);
    free(text);
    free(calls);
    close(output);
    close(error);
}

static int split(char *frame, size_t length, char **words) {
    int count = 0;
    for (size_t at = 0; at < length && count < MAX_WORDS - 1; at += strlen(frame + at) + 1) words[count++] = frame + at;
    words[count] = NULL;
    return count;
}

static void serve(bool is_session);

static void serve_locked(const char *path) {
    pid_t child = fork();
    if (child) {
        waitpid(child, NULL, 0);
        answer("ended", 6);
        return;
    }
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0 || flock(file, LOCK_EX)) die(path);
    answer("locked", 7);
    serve(true);
    _exit(0);
}

static void serve(bool is_session) {
    static char frame[MAX_FRAME];
    char *words[MAX_WORDS];
    uint32_t length;
    while (read_all(&length, sizeof length)) {
        if (length >= MAX_FRAME || !read_all(frame, length)) _exit(124);
        int count = split(frame, length, words);
        if (is_session && count == 1 && strcmp(words[0], "end") == 0) return;
        if (count == 2 && strcmp(words[0], "lock") == 0) serve_locked(words[1]);
        else if (count > 8 && strcmp(words[0], "run") == 0) {
            request = (struct request){words[1], words[2], words[3], words[6], atol(words[4]), atol(words[5]), atoi(words[7]), words + 8};
            run();
        } else _exit(123);
    }
}

int main(void) {
    struct sigaction alarm = {.sa_handler = on_alarm};
    sigaction(SIGALRM, &alarm, NULL);
    umask(022);
    serve(false);
}
