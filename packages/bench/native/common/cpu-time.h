// Processor time of a process, all its threads: the total to the nanosecond from its CPU clock (clock_getcpuclockid(3)), and
// the user and system shares from /proc/PID/stat (proc_pid_stat(5)), which come in clock ticks and are meant to be summed up
// over many observations.
#ifndef POLLAB_CPU_TIME_H
#define POLLAB_CPU_TIME_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct cpu_time {
  uint64_t total_ns;
  uint64_t user_ns;
  uint64_t system_ns;
};

// What this process has used so far. The shares come from getrusage(2).
struct cpu_time cpu_time_of_self(void);

// What process `pid` has used so far. Returns false with errno set if there is no such process.
bool cpu_time_of(pid_t pid, struct cpu_time *time);

// Reads utime and stime, in clock ticks, out of the text of a /proc/PID/stat. Returns false if it is not one.
bool cpu_time_parse_stat(const char *stat, uint64_t *user_ticks, uint64_t *system_ticks);

struct cpu_time cpu_time_between(struct cpu_time start, struct cpu_time end);

#endif
