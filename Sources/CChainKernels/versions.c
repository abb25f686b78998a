#include "include/chain_kernels.h"

extern const chain_kernels chain_kernels_portable;
#if defined(__x86_64__)
extern const chain_kernels chain_kernels_avx512, chain_kernels_avx2;
#endif

const chain_kernels *chain_kernels_version(int index) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
      && __builtin_cpu_supports("avx512vl") && index-- == 0)
    return &chain_kernels_avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
      && index-- == 0)
    return &chain_kernels_avx2;
#endif
  return index == 0 ? &chain_kernels_portable : NULL;
}
