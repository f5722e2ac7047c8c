// The names of system calls, which of their arguments says what they are about, and which of them get no faults.
#include <stdbool.h>
#include <stddef.h>
#include <sys/syscall.h>

enum about { NOTHING, PATH0, PATH1, DESCRIPTOR };

// What the runtime does for itself (memory, threads, signals), and what cannot fail: the program has no influence on these.
enum kind { ORDINARY, RUNTIME };

struct call {
    long number;
    const char *name;
    enum about about;
    enum kind kind;
};

#define CALL(name, about, kind) {SYS_##name, #name, about, kind}

static const struct call CALLS[] = {
    CALL(access, PATH0, ORDINARY), CALL(chmod, PATH0, ORDINARY), CALL(chown, PATH0, ORDINARY),
    CALL(execve, PATH0, ORDINARY), CALL(lstat, PATH0, ORDINARY), CALL(mkdir, PATH0, ORDINARY),
    CALL(open, PATH0, ORDINARY), CALL(readlink, PATH0, ORDINARY), CALL(rename, PATH0, ORDINARY),
    CALL(rmdir, PATH0, ORDINARY), CALL(stat, PATH0, ORDINARY), CALL(statfs, PATH0, ORDINARY),
    CALL(unlink, PATH0, ORDINARY), CALL(truncate, PATH0, ORDINARY), CALL(chdir, PATH0, ORDINARY),
    CALL(link, PATH0, ORDINARY), CALL(symlink, PATH0, ORDINARY), CALL(utimensat, PATH1, ORDINARY),
    CALL(faccessat, PATH1, ORDINARY), CALL(faccessat2, PATH1, ORDINARY), CALL(mkdirat, PATH1, ORDINARY),
    CALL(newfstatat, PATH1, ORDINARY), CALL(openat, PATH1, ORDINARY), CALL(readlinkat, PATH1, ORDINARY),
    CALL(renameat, PATH1, ORDINARY), CALL(renameat2, PATH1, ORDINARY), CALL(statx, PATH1, ORDINARY),
    CALL(unlinkat, PATH1, ORDINARY), CALL(linkat, PATH1, ORDINARY), CALL(fchmodat, PATH1, ORDINARY),
    CALL(name_to_handle_at, PATH1, ORDINARY), CALL(close, DESCRIPTOR, ORDINARY), CALL(fallocate, DESCRIPTOR, ORDINARY),
    CALL(fchmod, DESCRIPTOR, ORDINARY), CALL(fchown, DESCRIPTOR, ORDINARY), CALL(fcntl, DESCRIPTOR, ORDINARY),
    CALL(fdatasync, DESCRIPTOR, ORDINARY), CALL(flock, DESCRIPTOR, ORDINARY), CALL(fstat, DESCRIPTOR, ORDINARY),
    CALL(fstatfs, DESCRIPTOR, ORDINARY), CALL(fsync, DESCRIPTOR, ORDINARY), CALL(ftruncate, DESCRIPTOR, ORDINARY),
    CALL(getdents64, DESCRIPTOR, ORDINARY), CALL(ioctl, DESCRIPTOR, ORDINARY), CALL(lseek, DESCRIPTOR, ORDINARY),
    CALL(pread64, DESCRIPTOR, ORDINARY), CALL(preadv, DESCRIPTOR, ORDINARY), CALL(pwrite64, DESCRIPTOR, ORDINARY),
    CALL(read, DESCRIPTOR, ORDINARY), CALL(readv, DESCRIPTOR, ORDINARY), CALL(sendto, DESCRIPTOR, ORDINARY),
    CALL(sendmsg, DESCRIPTOR, ORDINARY), CALL(recvmsg, DESCRIPTOR, ORDINARY), CALL(recvfrom, DESCRIPTOR, ORDINARY),
    CALL(write, DESCRIPTOR, ORDINARY), CALL(writev, DESCRIPTOR, ORDINARY), CALL(connect, DESCRIPTOR, ORDINARY),
    CALL(fadvise64, DESCRIPTOR, ORDINARY), CALL(sync_file_range, DESCRIPTOR, ORDINARY), CALL(dup, DESCRIPTOR, ORDINARY),
    CALL(setns, DESCRIPTOR, ORDINARY), CALL(clone, NOTHING, ORDINARY), CALL(clone3, NOTHING, ORDINARY),
    CALL(close_range, NOTHING, ORDINARY), CALL(dup2, NOTHING, ORDINARY), CALL(dup3, NOTHING, ORDINARY),
    CALL(eventfd2, NOTHING, ORDINARY), CALL(epoll_create1, NOTHING, ORDINARY), CALL(epoll_ctl, NOTHING, ORDINARY),
    CALL(epoll_wait, NOTHING, ORDINARY), CALL(fork, NOTHING, ORDINARY), CALL(getrandom, NOTHING, ORDINARY),
    CALL(kill, NOTHING, ORDINARY), CALL(memfd_create, NOTHING, ORDINARY), CALL(pidfd_open, NOTHING, ORDINARY),
    CALL(pipe2, NOTHING, ORDINARY), CALL(poll, NOTHING, ORDINARY), CALL(ppoll, NOTHING, ORDINARY),
    CALL(prlimit64, NOTHING, ORDINARY), CALL(pselect6, NOTHING, ORDINARY), CALL(socket, NOTHING, ORDINARY),
    CALL(socketpair, NOTHING, ORDINARY), CALL(sysinfo, NOTHING, ORDINARY), CALL(timer_create, NOTHING, ORDINARY),
    CALL(timer_settime, NOTHING, ORDINARY), CALL(timer_delete, NOTHING, ORDINARY), CALL(timerfd_create, NOTHING, ORDINARY),
    CALL(uname, NOTHING, RUNTIME), CALL(unshare, NOTHING, ORDINARY), CALL(vfork, NOTHING, ORDINARY),
    CALL(wait4, NOTHING, ORDINARY), CALL(waitid, NOTHING, ORDINARY),
    CALL(prctl, NOTHING, RUNTIME), CALL(arch_prctl, NOTHING, RUNTIME), CALL(brk, NOTHING, RUNTIME),
    CALL(clock_gettime, NOTHING, RUNTIME), CALL(clock_nanosleep, NOTHING, RUNTIME), CALL(exit, NOTHING, RUNTIME),
    CALL(exit_group, NOTHING, RUNTIME), CALL(futex, NOTHING, RUNTIME), CALL(get_mempolicy, NOTHING, RUNTIME),
    CALL(getegid, NOTHING, RUNTIME), CALL(geteuid, NOTHING, RUNTIME), CALL(getgid, NOTHING, RUNTIME),
    CALL(getpid, NOTHING, RUNTIME), CALL(getppid, NOTHING, RUNTIME), CALL(gettid, NOTHING, RUNTIME),
    CALL(getuid, NOTHING, RUNTIME), CALL(madvise, NOTHING, RUNTIME), CALL(membarrier, NOTHING, RUNTIME),
    CALL(mmap, NOTHING, RUNTIME), CALL(mprotect, NOTHING, RUNTIME), CALL(mremap, NOTHING, RUNTIME),
    CALL(munmap, NOTHING, RUNTIME), CALL(nanosleep, NOTHING, RUNTIME), CALL(restart_syscall, NOTHING, RUNTIME),
    CALL(rseq, NOTHING, RUNTIME), CALL(rt_sigaction, NOTHING, RUNTIME), CALL(rt_sigprocmask, NOTHING, RUNTIME),
    CALL(rt_sigreturn, NOTHING, RUNTIME), CALL(rt_sigtimedwait, NOTHING, RUNTIME), CALL(sched_getaffinity, NOTHING, RUNTIME),
    CALL(sched_yield, NOTHING, RUNTIME), CALL(set_robust_list, NOTHING, RUNTIME), CALL(set_tid_address, NOTHING, RUNTIME),
    CALL(sigaltstack, NOTHING, RUNTIME), CALL(tgkill, NOTHING, RUNTIME), CALL(umask, NOTHING, RUNTIME),
};

static const struct call *find_call(long number) {
    for (size_t i = 0; i < sizeof CALLS / sizeof *CALLS; i++)
        if (CALLS[i].number == number) return &CALLS[i];
    return NULL;
}
