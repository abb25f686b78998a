#if defined(__x86_64__)
#include <immintrin.h>
#include <stddef.h>
/* clang-format off */
#pragma clang attribute push( \
  __attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#define TABLE chain_kernels_avx512
#define NAME "avx512"
#define LANES 8
#define FUSES 1
#define TILE_ROWS 8
#define TILE_VECTORS 3
#define BAND_ROWS 4
#define BAND_VECTORS 2
#include "kernels.inl"
#pragma clang attribute pop
#endif
