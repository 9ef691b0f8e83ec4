// test-native: checks the pure parts of the native programs: histogram, command line, block positions, /proc/PID/stat, counters. Meant
// to be built with sanitizers. With the argument "ring" it checks instead what needs io_uring. Exit code 0: all hold; 77: there is no
// io_uring here; otherwise the first that does not hold is named.
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../common/arguments.h"
#include "../common/cpu-time.h"
#include "../common/histogram.h"
#include "../common/positions.h"
#include "../common/syscalls.h"
#include "../common/uring.h"
#include "../loadgen/interval.h"

#define CHECK(condition) check(condition, #condition, __func__, __LINE__)

static void check(bool holds, const char *condition, const char *function, int line) {
  if (holds) return;
  fprintf(stderr, "%s, line %d: does not hold: %s\n", function, line, condition);
  exit(1);
}

// What `write` prints, in a buffer of the caller.
static void capture(char *text, size_t bytes, void (*write)(const void *, FILE *), const void *subject) {
  FILE *out = fmemopen(text, bytes, "w");
  CHECK(out != NULL);
  write(subject, out);
  CHECK(fclose(out) == 0);
}

static double fabs_of(double value) {
  return value < 0 ? -value : value;
}

static void buckets_begin_where_the_last_one_ended(void) {
  for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
    uint64_t lowest = histogram_lowest_ns(i);
    CHECK(histogram_bucket(lowest) == i);
    if (i > 0) CHECK(histogram_bucket(lowest - 1) == i - 1);
  }
}

static void buckets_are_at_most_a_64th_of_their_values_wide(void) {
  for (size_t i = 64; i + 1 < HISTOGRAM_BUCKETS; i++) {
    uint64_t lowest = histogram_lowest_ns(i);
    CHECK((histogram_lowest_ns(i + 1) - lowest) * 64 <= lowest);
  }
}

static void the_range_holds_100_ns_to_100_s(void) {
  const uint64_t hundred_s = 100000000000u;
  CHECK(histogram_lowest_ns(histogram_bucket(100)) == 100);
  CHECK(histogram_bucket(hundred_s) < HISTOGRAM_BUCKETS - 1);
  CHECK(histogram_bucket(UINT64_MAX) == HISTOGRAM_BUCKETS - 1);
}

static void write_histogram(const void *histogram, FILE *out) {
  histogram_write_json(histogram, out);
}

static void only_filled_buckets_are_written(void) {
  static struct histogram histogram;
  char text[256];
  capture(text, sizeof text, write_histogram, &histogram);
  CHECK(strcmp(text, "{\"lowestNs\":[],\"counts\":[],\"maxNs\":0}") == 0);
  histogram_record(&histogram, 5);
  histogram_record(&histogram, 1000);
  histogram_record(&histogram, 1007);
  histogram_record(&histogram, 1008);
  capture(text, sizeof text, write_histogram, &histogram);
  CHECK(strcmp(text, "{\"lowestNs\":[5,1000,1008],\"counts\":[1,2,1],\"maxNs\":1008}") == 0);
}

// Computed with an independent implementation; 65536 blocks.
static void positions_follow_xorshift32(void) {
  const uint32_t states[] = {270369, 67634689, 2647435461, 307599695, 2398689233};
  struct positions positions = positions_start(1, 65536);
  for (size_t i = 0; i < 5; i++) {
    uint32_t block = positions_next(&positions);
    CHECK(positions.state == states[i]);
    CHECK(block == states[i] >> 16);
  }
}

static void intervals_are_exponential(void) {
  // ln(2), and 32 times it.
  CHECK(fabs_of(interval_of_uniform(1u << 31) - 0.69314718055994530942) < 1e-11);
  CHECK(fabs_of(interval_of_uniform(1) - 22.18070977791824990135) < 1e-10);
  // ln(2^32 / 3000000000), computed elsewhere.
  CHECK(fabs_of(interval_of_uniform(3000000000u) - 0.35883165230372913) < 1e-11);
  struct positions random = positions_start(7, UINT32_MAX);
  double sum = 0;
  for (int i = 0; i < 100000; i++) sum += interval_of_uniform(positions_next(&random) + 1);
  CHECK(fabs_of(sum / 100000 - 1) < 0.02);
}

static void seed_zero_is_taken_as_one(void) {
  struct positions zero = positions_start(0, 1000), one = positions_start(1, 1000);
  for (int i = 0; i < 100; i++) CHECK(positions_next(&zero) == positions_next(&one));
}

static void positions_stay_below_the_number_of_blocks_and_reach_all_of_them(void) {
  bool seen[7] = {false};
  struct positions positions = positions_start(42, 7);
  for (int i = 0; i < 1000; i++) {
    uint32_t block = positions_next(&positions);
    CHECK(block < 7);
    seen[block] = true;
  }
  for (int i = 0; i < 7; i++) CHECK(seen[i]);
}

static char error[256];
static uint64_t number;
static const char *text;

static bool parse(int argc, char **argv) {
  static const char *const choices[] = {"auto", "uring", NULL};
  const struct argument table[] = {
      {.name = "count", .required = true, .number = &number, .minimum = 2, .maximum = 100},
      {.name = "engine", .text = &text, .choices = choices},
      {.name = "file", .text = &text},
  };
  number = 0;
  text = NULL;
  error[0] = '\0';
  return arguments_parse(argc, argv, table, 3, error, sizeof error);
}

#define PARSE(...) parse((int)(sizeof((char *[]){"program", __VA_ARGS__}) / sizeof(char *)), (char *[]){"program", __VA_ARGS__})

static void arguments_are_read_in_any_order(void) {
  CHECK(PARSE("--file", "a b", "--count", "100"));
  CHECK(number == 100 && strcmp(text, "a b") == 0);
  CHECK(PARSE("--count", "2", "--engine", "uring"));
  CHECK(number == 2 && strcmp(text, "uring") == 0);
}

static void what_is_not_given_keeps_its_value(void) {
  CHECK(PARSE("--count", "2"));
  CHECK(text == NULL);
}

static void mistakes_are_named_with_what_was_expected(void) {
  CHECK(!PARSE("--count"));
  CHECK(strcmp(error, "--count needs a value") == 0);
  CHECK(!PARSE("--file", "x"));
  CHECK(strcmp(error, "--count is missing") == 0);
  CHECK(!PARSE("--count", "2", "--speed", "3"));
  CHECK(strcmp(error, "unknown argument \"--speed\"") == 0);
  CHECK(!PARSE("7", "--count"));
  CHECK(strcmp(error, "unknown argument \"7\"") == 0);
  CHECK(!PARSE("--count", "2", "--engine", "kqueue"));
  CHECK(strcmp(error, "--engine must be one of auto uring, not \"kqueue\"") == 0);
  CHECK(!PARSE("--count", "101"));
  CHECK(strcmp(error, "--count must be a whole number from 2 to 100, not \"101\"") == 0);
}

static void only_plain_decimal_numbers_are_numbers(void) {
  CHECK(!PARSE("--count", ""));
  CHECK(!PARSE("--count", "-3"));
  CHECK(!PARSE("--count", "+3"));
  CHECK(!PARSE("--count", " 3"));
  CHECK(!PARSE("--count", "3x"));
  CHECK(!PARSE("--count", "0x3"));
  CHECK(!PARSE("--count", "1e1"));
  CHECK(!PARSE("--count", "18446744073709551619"));
}

static void a_long_value_does_not_overrun_the_error(void) {
  char value[1000];
  memset(value, 'v', sizeof value - 1);
  value[sizeof value - 1] = '\0';
  CHECK(!PARSE("--count", value));
  CHECK(strlen(error) == sizeof error - 1);
  CHECK(!PARSE("--count", "2", "--engine", value));
  CHECK(strlen(error) == sizeof error - 1);
}

static void processor_time_is_found_behind_any_program_name(void) {
  uint64_t user, system;
  CHECK(cpu_time_parse_stat("7 (a) b (c)) S 1 7 7 0 -1 4194560 120 0 3 0 41 17 0 0 20 0 1 0 5 1 1", &user, &system));
  CHECK(user == 41 && system == 17);
  CHECK(!cpu_time_parse_stat("7 (a) S 1 7", &user, &system));
  CHECK(!cpu_time_parse_stat("", &user, &system));
}

static void processor_time_of_this_process_only_grows(void) {
  struct cpu_time before = cpu_time_of_self();
  struct cpu_time after = cpu_time_of_self();
  CHECK(after.total_ns > before.total_ns);
  CHECK(cpu_time_between(before, after).total_ns == after.total_ns - before.total_ns);
}

static void write_syscalls(const void *counts, FILE *out) {
  syscalls_write_json(counts, 3, out);
}

static void system_calls_are_summed_and_named(void) {
  const struct syscalls counts = {.recv = 4, .send = 3, .epoll_wait = 2};
  char json[256];
  capture(json, sizeof json, write_syscalls, &counts);
  CHECK(strcmp(json, "{\"syscalls\":{\"total\":9,\"epoll_wait\":2,\"recv\":4,\"send\":3},\"requests\":3}\n") == 0);
}

static void hand_out(struct uring *ring, int count) {
  for (int i = 0; i < count; i++) uring_sqe(ring)->opcode = IORING_OP_NOP;
}

static void reserved_entries_go_into_one_submission(void) {
  struct uring ring;
  int open_error = uring_open(&ring, 4, 16);
  if (open_error != 0) {
    fprintf(stderr, "io_uring is not available here: %s\n", uring_explain(open_error));
    exit(77);
  }
  hand_out(&ring, 3);
  CHECK(ring.enters == 0);
  uring_reserve(&ring, 2);
  CHECK(ring.enters == 1);
  hand_out(&ring, 2);
  uring_reserve(&ring, 2);
  hand_out(&ring, 2);
  CHECK(ring.enters == 1);
  uring_submit_and_wait(&ring, 7);
  CHECK(ring.enters == 2 && uring_ready(&ring) == 7);
  uring_close(&ring);
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "ring") == 0) {
    reserved_entries_go_into_one_submission();
    return 0;
  }
  buckets_begin_where_the_last_one_ended();
  buckets_are_at_most_a_64th_of_their_values_wide();
  the_range_holds_100_ns_to_100_s();
  only_filled_buckets_are_written();
  positions_follow_xorshift32();
  seed_zero_is_taken_as_one();
  intervals_are_exponential();
  positions_stay_below_the_number_of_blocks_and_reach_all_of_them();
  arguments_are_read_in_any_order();
  what_is_not_given_keeps_its_value();
  mistakes_are_named_with_what_was_expected();
  only_plain_decimal_numbers_are_numbers();
  a_long_value_does_not_overrun_the_error();
  processor_time_is_found_behind_any_program_name();
  processor_time_of_this_process_only_grows();
  system_calls_are_summed_and_named();
  return 0;
}
