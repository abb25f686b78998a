#include <cblas.h>

/* Whether the compiler may use vectors of four doubles with fused multiply-add:
   Swift has no word for it. */
#if defined(__AVX2__) && defined(__FMA__)
#define JCHAIN_HAS_FUSED_VECTORS 1
#else
#define JCHAIN_HAS_FUSED_VECTORS 0
#endif

/* The same for vectors of eight, and 32 registers of them. */
#if defined(__AVX512F__)
#define JCHAIN_HAS_WIDE_VECTORS 1
#else
#define JCHAIN_HAS_WIDE_VECTORS 0
#endif
