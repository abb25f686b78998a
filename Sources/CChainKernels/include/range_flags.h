/* The processor's own note that a result was too large or too small for its
   type. Each thread has its own; the arithmetic costs the same with it. */
#ifndef RANGE_FLAGS_H
#define RANGE_FLAGS_H

#include <stdbool.h>

/* Begins to look: returns what was noted before, for whoever looks at more than
   this, and forgets it. */
bool range_flags_begin(void);

/* Whether a result since then became infinite, or lost digits because it was
   below the normal numbers. That stays noted, and so does what was `before`. */
bool range_flags_end(bool before);

#endif
