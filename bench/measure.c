// Whole-process measurements: runs each command N times, interleaved in a different order each time, because a command that follows a
// similar one finds the caches warm. Prints the medians: a line NAME | wall ms | user+sys ms | peak MiB | page faults for each.
// usage: measure N NAME COMMAND ARG… [-- NAME COMMAND ARG…]… (a program that prints or fails is measured all the same) MEASURE_LOCK lists
// files, separated by ":", to flock meanwhile, as the process that starts a VM does.
// MEASURE_CUT lists files, separated by ":", to truncate to their original length before each run and at the end, so that each run appends
// to the same content.
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

struct command {
    char *name, **argv;
    double *wall, *cpu, *rss, *faults;
};

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int n) {
    qsort(values, n, sizeof *values, ascending);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static struct growing {
    char *path;
    off_t length;
} growing[16];

static void find_growing(void) {
    char *paths = getenv("MEASURE_CUT");
    struct stat status;
    int count = 0;
    for (char *path = paths ? strtok(paths, ":") : NULL; path && count < 15; path = strtok(NULL, ":")) {
        if (stat(path, &status) != 0) {
            perror(path);
            exit(1);
        }
        growing[count++] = (struct growing){path, status.st_size};
    }
}

static void hold_locks(void) {
    char *paths = getenv("MEASURE_LOCK");
    for (char *path = paths ? strtok(paths, ":") : NULL; path; path = strtok(NULL, ":")) {
        if (flock(open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644), LOCK_EX | LOCK_NB) != 0) {
            perror(path);
            exit(1);
        }
    }
}

static void cut(void) {
    for (struct growing *g = growing; g->path; g++) {
        if (truncate(g->path, g->length) != 0) {
            perror(g->path);
            exit(1);
        }
    }
}

static void run(struct command *c, int i) {
    cut();
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&quiet, 1, 2);
    pid_t pid;
    int status;
    struct rusage used;
    double start = now();
    if (posix_spawnp(&pid, c->argv[0], &quiet, NULL, c->argv, environ) != 0) {
        perror(c->argv[0]);
        exit(1);
    }
    wait4(pid, &status, 0, &used);
    c->wall[i] = now() - start;
    c->cpu[i] = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e3 + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e3;
    c->rss[i] = used.ru_maxrss / 1024.0;
    c->faults[i] = used.ru_minflt;
    posix_spawn_file_actions_destroy(&quiet);
}

static void shuffle(int *order, int count) {
    for (int j = count - 1; j > 0; j--) {
        int other = rand() % (j + 1), moved = order[j];
        order[j] = order[other];
        order[other] = moved;
    }
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: measure N NAME COMMAND ARG... [-- NAME COMMAND ARG...]...\n");
        return 2;
    }
    int n = atoi(argv[1]), count = 0;
    find_growing();
    hold_locks();
    struct command commands[32];
    for (int i = 2; i < argc && count < 32; count++) {
        struct command *c = &commands[count];
        c->name = argv[i];
        c->argv = &argv[i + 1];
        while (i < argc && strcmp(argv[i], "--") != 0) i++;
        argv[i++] = NULL;
        c->wall = calloc(n, sizeof(double));
        c->cpu = calloc(n, sizeof(double));
        c->rss = calloc(n, sizeof(double));
        c->faults = calloc(n, sizeof(double));
    }
    int order[32];
    for (int j = 0; j < count; j++) order[j] = j;
    for (int i = -3; i < n; i++) {
        shuffle(order, count);
        for (int j = 0; j < count; j++) run(&commands[order[j]], i < 0 ? 0 : i);
    }
    cut();
    for (int j = 0; j < count; j++)
        printf("%s | %.2f | %.2f | %.1f | %.0f\n", commands[j].name, median(commands[j].wall, n), median(commands[j].cpu, n),
               median(commands[j].rss, n), median(commands[j].faults, n));
    return 0;
}
