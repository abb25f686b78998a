#include "range_flags.h"

#if defined(__x86_64__)

#include <xmmintrin.h>

/* The C library looks at the flags of the old coprocessor, too, and takes five
   times as long. */
static const unsigned int leaves_range =
    _MM_EXCEPT_OVERFLOW | _MM_EXCEPT_UNDERFLOW;

bool range_flags_begin(void) {
  unsigned int state = _mm_getcsr();
  if (!(state & leaves_range)) return false;
  _mm_setcsr(state & ~leaves_range);
  return true;
}

bool range_flags_end(bool before) {
  unsigned int state = _mm_getcsr();
  if (state & leaves_range) return true;
  if (before) _mm_setcsr(state | leaves_range);
  return false;
}

#elif defined(__aarch64__)

/* Overflow and underflow of the floating-point status register. */
static const unsigned long long leaves_range = 1 << 2 | 1 << 3;

static unsigned long long state(void) {
  unsigned long long found;
  __asm__ volatile("mrs %0, fpsr" : "=r"(found));
  return found;
}

static void set(unsigned long long state) {
  __asm__ volatile("msr fpsr, %0" : : "r"(state));
}

bool range_flags_begin(void) {
  unsigned long long found = state();
  if (!(found & leaves_range)) return false;
  set(found & ~leaves_range);
  return true;
}

bool range_flags_end(bool before) {
  unsigned long long found = state();
  if (found & leaves_range) return true;
  if (before) set(found | leaves_range);
  return false;
}

#else

#include <fenv.h>

enum { leaves_range = FE_OVERFLOW | FE_UNDERFLOW };

bool range_flags_begin(void) {
  bool found = fetestexcept(leaves_range) != 0;
  if (found) feclearexcept(leaves_range);
  return found;
}

bool range_flags_end(bool before) {
  if (fetestexcept(leaves_range) != 0) return true;
  if (before) feraiseexcept(leaves_range);
  return false;
}

#endif
