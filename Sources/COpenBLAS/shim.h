#include <cblas.h>

/* What results of the benchmark say of the build: whether the compiler may use
   vectors of four doubles with fused multiply-add. */
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
