// Command lines of the form `--name value`: parsing against a table, with errors that say what was expected. Relies on nothing.
#ifndef POLLAB_ARGUMENTS_H
#define POLLAB_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One argument. Exactly one of `number` and `text` is set; what it points to keeps its value when the argument is not given.
struct argument {
  const char *name;  // without the leading "--"
  bool required;
  uint64_t *number;  // decimal, within minimum..maximum
  uint64_t minimum;
  uint64_t maximum;
  const char **text;  // any text, or one of `choices` if that is set
  const char *const *choices;  // ends with NULL
};

// Reads argv[1..argc) into the table. Returns false and writes one line about the first mistake to `error`.
bool arguments_parse(int argc, char **argv, const struct argument *table, size_t count, char *error, size_t error_bytes);

// The same for main(): a mistake ends the program with exit code 2 and the usage on stderr; --help with 0 and the usage on stdout.
void arguments_parse_or_exit(int argc, char **argv, const struct argument *table, size_t count, const char *usage);

// Ends the program as a mistake on the command line does; for what only the program can judge.
_Noreturn void arguments_refuse(const char *usage, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
