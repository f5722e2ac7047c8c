// Follows programs with ptrace(2), counts their system calls, and does what is requested to one of them.
#include "trace.h"
#include "calls.h"
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <linux/ptrace.h>
#include <time.h>
#include <unistd.h>

enum { MAX_TASKS = 256 };

struct task {
    pid_t id, process;
    bool is_failing;
};

static struct task tasks[MAX_TASKS];
static int task_count;
static pid_t armed;        // the process whose calls count
static long seen;          // the number of calls so far
static bool is_done;       // the fault has been injected
static pid_t held;         // a waiting task
static double held_until;
static volatile sig_atomic_t is_late;
static char hit[512];
static FILE *list;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void add_task(pid_t id) {
    char path[64], line[256];
    pid_t process = id;
    snprintf(path, sizeof path, "/proc/%d/status", id);
    FILE *status = fopen(path, "re");
    while (status && fgets(line, sizeof line, status))
        if (sscanf(line, "Tgid: %d", &process) == 1) break;
    if (status) fclose(status);
    if (task_count == MAX_TASKS) die("too many tasks");
    tasks[task_count++] = (struct task){id, process, false};
}

static struct task *find_task(pid_t id) {
    for (int i = 0; i < task_count; i++)
        if (tasks[i].id == id) return &tasks[i];
    return NULL;
}

static void remove_task(pid_t id) {
    struct task *task = find_task(id);
    if (task) *task = tasks[--task_count];
}

static void read_text(pid_t id, uint64_t address, char *to, size_t size) {
    // Up to the end of the page, then the rest: the next page need not exist.
    size_t total = 0;
    while (total < size - 1) {
        size_t part = 4096 - (address + total) % 4096;
        if (part > size - 1 - total) part = size - 1 - total;
        struct iovec local = {to + total, part}, remote = {(void *)(address + total), part};
        ssize_t n = process_vm_readv(id, &local, 1, &remote, 1, 0);
        if (n <= 0 || memchr(to + total, 0, n)) {
            total += n > 0 ? strlen(to + total) : 0;
            break;
        }
        total += n;
    }
    to[total] = 0;
}

static void read_subject(pid_t id, const struct call *call, const uint64_t *args, char *to, size_t size) {
    to[0] = 0;
    if (!call) return;
    if (call->about == PATH0 || call->about == PATH1) read_text(id, args[call->about == PATH1], to, size);
    if (call->about == DESCRIPTOR || (call->about == PATH1 && !to[0])) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/fd/%d", id, (int)args[0]);
        ssize_t n = readlink(path, to, size - 1);
        to[n > 0 ? n : 0] = 0;
        if (call->about == DESCRIPTOR && (int)args[0] < 3 && (int)args[0] >= 0) snprintf(to, size, "%d", (int)args[0]);
    }
}

static bool counts(const struct task *task, const struct call *call, const char *subject) {
    bool is_main = strcmp(request.arm, "main") == 0;
    bool is_first = call && (call->number == SYS_umask || strncmp(subject, request.program, strlen(request.program)) == 0);
    if (!armed && is_main && is_first) armed = task->process;
    // Before the program's own code, and for the snippet, the runtime's calls count too: they are what makes it abort.
    return armed == task->process && (!call || call->kind == ORDINARY || (!is_main && call->number != SYS_exit_group
        && call->number != SYS_rt_sigreturn && call->number != SYS_futex && call->number != SYS_uname));
}

/// At the entry of a system call: whether the task goes on.
static bool enter(struct task *task, const struct ptrace_syscall_info *info) {
    char subject[256], name[32];
    const struct call *call = find_call(info->entry.nr);
    if (is_done) return true;
    read_subject(task->id, call, (const uint64_t *)info->entry.args, subject, sizeof subject);
    if (!counts(task, call, subject)) return true;
    if (call) snprintf(name, sizeof name, "%s", call->name);
    else snprintf(name, sizeof name, "call-%ld", (long)info->entry.nr);
    if (list) fprintf(list, "%s %s%c", name, subject, 0);
    if (++seen != request.index || list) return true;
    snprintf(hit, sizeof hit, "%s %s", name, subject);
    if (strcmp(request.action, "error") == 0) {
        task->is_failing = true;
        // A close that fails has closed the descriptor; any other failed call has done nothing.
        if (info->entry.nr != SYS_close) {
            struct user_regs_struct registers;
            ptrace(PTRACE_GETREGS, task->id, NULL, &registers);
            registers.orig_rax = -1;
            ptrace(PTRACE_SETREGS, task->id, NULL, &registers);
        }
        return true;
    }
    is_done = true;
    if (strcmp(request.action, "signal") == 0) kill(task->process, request.value);
    if (strcmp(request.action, "delay") != 0) return true;
    held = task->id;
    held_until = now() + request.value / 1e3;
    return false;
}

static void leave(struct task *task) {
    if (!task->is_failing) return;
    struct user_regs_struct registers;
    ptrace(PTRACE_GETREGS, task->id, NULL, &registers);
    registers.rax = -request.value;
    ptrace(PTRACE_SETREGS, task->id, NULL, &registers);
    task->is_failing = false;
    is_done = true;
}

static void go_on(const struct task *task, int signal) {
    bool is_followed = !is_done && (strcmp(request.arm, "main") == 0 || armed == task->process);
    ptrace(is_followed ? PTRACE_SYSCALL : PTRACE_CONT, task->id, NULL, (void *)(long)signal);
}

static void see_exec(struct task *task) {
    char path[64], program[4096];
    snprintf(path, sizeof path, "/proc/%d/exe", task->process);
    ssize_t n = readlink(path, program, sizeof program - 1);
    program[n > 0 ? n : 0] = 0;
    if (strcmp(request.arm, "exec") == 0) armed = strcmp(program, request.program) == 0 ? task->process : armed == task->process ? 0 : armed;
}

static void stopped(pid_t id, int status, pid_t child) {
    struct task *task = find_task(id);
    int signal = WSTOPSIG(status);
    if (!task) {
        add_task(id);
        task = find_task(id);
        bool is_other = task->process != child;
        if (is_other && strcmp(request.arm, "main") == 0) { // a child of the program: its faults are its own
            ptrace(PTRACE_DETACH, id, NULL, NULL);
            remove_task(id);
            return;
        }
        go_on(task, 0);
        return;
    }
    if (signal == (SIGTRAP | 0x80)) {
        struct ptrace_syscall_info info;
        ptrace(PTRACE_GET_SYSCALL_INFO, id, sizeof info, &info);
        if (info.op == PTRACE_SYSCALL_INFO_ENTRY && !enter(task, &info)) return;
        if (info.op == PTRACE_SYSCALL_INFO_EXIT) leave(task);
        signal = 0;
    } else if (status >> 16) { // an event: exec, a new thread or process
        if (status >> 16 == PTRACE_EVENT_EXEC) see_exec(task);
        signal = 0;
    }
    go_on(task, signal);
}

static void release_held(void) {
    struct task *task = held ? find_task(held) : NULL;
    held = 0;
    if (task) go_on(task, 0);
}

static void kill_all(void) {
    for (int i = 0; i < task_count; i++) kill(tasks[i].process, SIGKILL);
}

void on_alarm(int signal) {
    (void)signal;
    is_late = 1;
}

int follow(pid_t child) {
    int status, end = 0;
    while (true) {
        pid_t id = waitpid(-1, &status, __WALL | (held ? WNOHANG : 0));
        if (is_late) {
            kill_all();
            kill(child, SIGKILL);
        }
        if (id == 0) {
            if (now() >= held_until) release_held();
            else usleep(1000);
        } else if (id < 0 && errno == ECHILD) {
            return end;
        } else if (id > 0 && WIFSTOPPED(status)) {
            stopped(id, status, child);
        } else if (id > 0) {
            remove_task(id);
            if (id == held) held = 0;
            if (id == child) {
                end = status;
                kill_all(); // whatever is left of it
            }
        }
    }
}

void begin(FILE *to) {
    task_count = seen = armed = held = hit[0] = 0;
    is_done = false;
    is_late = 0;
    list = to;
}

void trace(pid_t child) {
    int status;
    if (waitpid(child, &status, __WALL) != child || !WIFSTOPPED(status)) die("no child");
    const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_EXITKILL;
    ptrace(PTRACE_SETOPTIONS, child, NULL, (void *)options);
    add_task(child);
    go_on(find_task(child), 0);
}

const char *hit_call(void) {
    return hit;
}

bool has_timed_out(void) {
    return is_late;
}
