#if defined(__x86_64__)
#include <immintrin.h>
#include <stddef.h>
#pragma clang attribute push( \
  __attribute__((target("avx2,fma"))), apply_to = function)
#define TABLE chain_kernels_avx2
#define NAME "avx2"
#define LANES 4
#define FUSES 1
#define TILE_ROWS 6
#define TILE_VECTORS 2
#define BAND_ROWS 2
#define BAND_VECTORS 3
#include "kernels.inl"
#pragma clang attribute pop
#endif
