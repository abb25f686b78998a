/* What every processor of an architecture has: on x86-64 SSE2, sixteen
   registers of two doubles, a product and a sum rounded apart; on arm64 NEON,
   thirty-two of them, and both rounded once. */
#include <stddef.h>
#define TABLE chain_kernels_portable
#define NAME "portable"
#define LANES 2
#if defined(__aarch64__)
#define FUSES 1
#define TILE_ROWS 8
#define TILE_VECTORS 3
#define BAND_ROWS 4
#else
#define FUSES 0
#define TILE_ROWS 4
#define TILE_VECTORS 2
#define BAND_ROWS 2
#endif
#define BAND_VECTORS 2
#include "kernels.inl"
