#include "arguments.h"

#include <stdlib.h>

static int count = -1;
static char **words;

#ifdef __GLIBC__
/* glibc calls constructors with what it calls main() with; musl doesn't. */
__attribute__((constructor)) static void take(int argc, char **argv) {
  count = argc;
  words = argv;
}
#endif

int arguments_count(void) { return count; }

const char *arguments_word(int k) { return words[k]; }
