#include "range_flags.h"

#if defined(__x86_64__)

#include <xmmintrin.h>

/* The C library looks at the flags of the old coprocessor, too, and takes five
   times as long. */
static const unsigned int leaves_range =
    _MM_EXCEPT_OVERFLOW | _MM_EXCEPT_UNDERFLOW;

void range_flags_clear(void) {
  unsigned int state = _mm_getcsr();
  if (state & leaves_range) _mm_setcsr(state & ~leaves_range);
}

bool range_flags_are_raised(void) {
  return (_mm_getcsr() & leaves_range) != 0;
}

#else

#include <fenv.h>

enum { leaves_range = FE_OVERFLOW | FE_UNDERFLOW };

void range_flags_clear(void) { feclearexcept(leaves_range); }

bool range_flags_are_raised(void) { return fetestexcept(leaves_range) != 0; }

#endif
