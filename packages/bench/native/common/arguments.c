#include "arguments.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct argument *find(const struct argument *table, size_t count, const char *word) {
  if (strncmp(word, "--", 2) != 0) return NULL;
  for (size_t i = 0; i < count; i++) {
    if (strcmp(table[i].name, word + 2) == 0) return &table[i];
  }
  return NULL;
}

// strtoull accepts blanks, signs and overflow; a command line should not.
static bool parse_number(const char *text, uint64_t *number) {
  if (*text == '\0' || strspn(text, "0123456789") != strlen(text)) return false;
  errno = 0;
  *number = strtoull(text, NULL, 10);
  return errno == 0;
}

static bool is_choice(const char *const *choices, const char *text) {
  for (; *choices != NULL; choices++) {
    if (strcmp(*choices, text) == 0) return true;
  }
  return false;
}

static bool set_number(const struct argument *argument, const char *value, char *error, size_t error_bytes) {
  uint64_t number;
  if (!parse_number(value, &number) || number < argument->minimum || number > argument->maximum) {
    snprintf(error, error_bytes, "--%s must be a whole number from %" PRIu64 " to %" PRIu64 ", not \"%s\"", argument->name,
             argument->minimum, argument->maximum, value);
    return false;
  }
  *argument->number = number;
  return true;
}

static bool set_text(const struct argument *argument, const char *value, char *error, size_t error_bytes) {
  if (argument->choices != NULL && !is_choice(argument->choices, value)) {
    int length = snprintf(error, error_bytes, "--%s must be one of", argument->name);
    for (const char *const *choice = argument->choices; *choice != NULL; choice++) {
      if (length >= 0 && (size_t)length < error_bytes) {
        length += snprintf(error + length, error_bytes - (size_t)length, " %s", *choice);
      }
    }
    if (length >= 0 && (size_t)length < error_bytes) {
      snprintf(error + length, error_bytes - (size_t)length, ", not \"%s\"", value);
    }
    return false;
  }
  *argument->text = value;
  return true;
}

static bool is_given(const struct argument *argument, int argc, char **argv) {
  for (int i = 1; i < argc; i += 2) {
    if (strcmp(argv[i] + 2, argument->name) == 0) return true;
  }
  return false;
}

bool arguments_parse(int argc, char **argv, const struct argument *table, size_t count, char *error, size_t error_bytes) {
  for (int i = 1; i < argc; i += 2) {
    const struct argument *argument = find(table, count, argv[i]);
    if (argument == NULL) {
      snprintf(error, error_bytes, "unknown argument \"%s\"", argv[i]);
      return false;
    }
    if (i + 1 == argc) {
      snprintf(error, error_bytes, "--%s needs a value", argument->name);
      return false;
    }
    bool accepted = argument->number != NULL ? set_number(argument, argv[i + 1], error, error_bytes)
                                             : set_text(argument, argv[i + 1], error, error_bytes);
    if (!accepted) return false;
  }
  // Every name was found in the table by now, so each begins with "--".
  for (size_t i = 0; i < count; i++) {
    if (table[i].required && !is_given(&table[i], argc, argv)) {
      snprintf(error, error_bytes, "--%s is missing", table[i].name);
      return false;
    }
  }
  return true;
}

void arguments_parse_or_exit(int argc, char **argv, const struct argument *table, size_t count, const char *usage) {
  if (argc == 2 && strcmp(argv[1], "--help") == 0) {
    fputs(usage, stdout);
    exit(0);
  }
  char error[256];
  if (!arguments_parse(argc, argv, table, count, error, sizeof error)) arguments_refuse(usage, "%s", error);
}

void arguments_refuse(const char *usage, const char *format, ...) {
  va_list values;
  va_start(values, format);
  fprintf(stderr, "%s: ", program_invocation_short_name);
  vfprintf(stderr, format, values);
  fprintf(stderr, "\n%s", usage);
  va_end(values);
  exit(2);
}
