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

#elif defined(__aarch64__)

/* Overflow and underflow of the floating-point status register. */
static const unsigned long long leaves_range = 1 << 2 | 1 << 3;

static unsigned long long state(void) {
  unsigned long long found;
  __asm__ volatile("mrs %0, fpsr" : "=r"(found));
  return found;
}

void range_flags_clear(void) {
  unsigned long long found = state();
  if (found & leaves_range)
    __asm__ volatile("msr fpsr, %0" : : "r"(found & ~leaves_range));
}

bool range_flags_are_raised(void) { return (state() & leaves_range) != 0; }

#else

#include <fenv.h>

enum { leaves_range = FE_OVERFLOW | FE_UNDERFLOW };

void range_flags_clear(void) { feclearexcept(leaves_range); }

bool range_flags_are_raised(void) { return fetestexcept(leaves_range) != 0; }

#endif
