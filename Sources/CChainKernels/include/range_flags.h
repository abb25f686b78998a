/* The processor's own note that a result was too large or too small for its
   type. Each thread has its own; the arithmetic costs the same with it. */
#ifndef RANGE_FLAGS_H
#define RANGE_FLAGS_H

#include <stdbool.h>

/* Forgets what was noted. */
void range_flags_clear(void);

/* Whether a result since then became infinite, or lost digits because it was
   below the normal numbers. */
bool range_flags_are_raised(void);

#endif
