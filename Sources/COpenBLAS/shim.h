#include <cblas.h>

/* Whether the compiler may use vectors of four doubles with fused multiply-add:
   Swift has no word for it. */
#if defined(__AVX2__) && defined(__FMA__)
#define JCHAIN_HAS_FUSED_VECTORS 1
#else
#define JCHAIN_HAS_FUSED_VECTORS 0
#endif
