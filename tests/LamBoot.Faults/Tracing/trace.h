// What the supervisor's two halves know of each other.
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
extern struct request request; // the one that is served

// Forgets the run before. Where list is, each call that counts is told to it, and nothing is done to any.
void begin(FILE *list);
// Traces a child that has stopped itself, which goes on then.
void trace(pid_t child);
// Follows the child to its end; its status.
int follow(pid_t child);
// The call that something was done to; empty for none.
const char *hit_call(void);
// Whether the time is over, at which on_alarm is called.
bool has_timed_out(void);
void on_alarm(int signal);

_Noreturn void die(const char *what);
#endif
