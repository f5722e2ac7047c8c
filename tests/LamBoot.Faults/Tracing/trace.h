// The interface between the two halves of the supervisor.
#ifndef TRACE_H
#define TRACE_H
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

struct request {
    const char *arm, *program, *action, *limit;
    long index, value;
    int seconds;
    char **argv;
};
extern struct request request; // the current request

// Resets the state of the previous run. If list is given, each call that counts is written to it, and no fault is injected.
void begin(FILE *list);
// Traces a child that has stopped itself, and lets it continue.
void trace(pid_t child);
// Follows the child to its end and returns its status.
int follow(pid_t child);
// The call that the fault hit; empty if none.
const char *hit_call(void);
// Whether the time is up, upon which on_alarm is called.
bool has_timed_out(void);
void on_alarm(int signal);

_Noreturn void die(const char *what);
#endif
