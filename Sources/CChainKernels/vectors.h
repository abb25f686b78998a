/* Vectors of LANES doubles; included by kernels.inl once for each version. */

typedef double vec __attribute__((vector_size(8 * LANES), aligned(8)));
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

INLINE vec load(const double *p) { return *(const vec *)p; }
INLINE void store(double *p, vec v) { *(vec *)p = v; }

/* The first n doubles of a vector, 0 < n < LANES; nothing else is touched. */
#if LANES == 8
INLINE vec load_part(const double *p, int n) {
  return (vec)_mm512_maskz_loadu_pd((__mmask8)((1u << n) - 1), p);
}
INLINE void store_part(double *p, vec v, int n) {
  _mm512_mask_storeu_pd(p, (__mmask8)((1u << n) - 1), (__m512d)v);
}
/* The lanes whose bits are set; 0 in the others, of which nothing is read. */
INLINE vec load_lanes(const double *p, unsigned lanes) {
  return (vec)_mm512_maskz_loadu_pd((__mmask8)lanes, p);
}
INLINE vec spread(double x) { return (vec){x, x, x, x, x, x, x, x}; }
#elif LANES == 4
static const long long lane_masks[8] = {-1, -1, -1, -1, 0, 0, 0, 0};
INLINE __m256i lane_mask(int n) {
  return _mm256_loadu_si256((const __m256i *)(lane_masks + 4 - n));
}
INLINE vec load_part(const double *p, int n) {
  return (vec)_mm256_maskload_pd(p, lane_mask(n));
}
INLINE void store_part(double *p, vec v, int n) {
  _mm256_maskstore_pd(p, lane_mask(n), (__m256d)v);
}
INLINE vec load_lanes(const double *p, unsigned lanes) {
  __m256i bit = _mm256_setr_epi64x(1, 2, 4, 8);
  __m256i own = _mm256_and_si256(_mm256_set1_epi64x(lanes), bit);
  return (vec)_mm256_maskload_pd(p, _mm256_cmpeq_epi64(own, bit));
}
INLINE vec spread(double x) { return (vec){x, x, x, x}; }
#else
INLINE vec load_part(const double *p, int n) {
  (void)n;
  return (vec){p[0], 0};
}
INLINE void store_part(double *p, vec v, int n) {
  (void)n;
  p[0] = v[0];
}
INLINE vec load_lanes(const double *p, unsigned lanes) {
  return (vec){lanes & 1 ? p[0] : 0, lanes & 2 ? p[1] : 0};
}
INLINE vec spread(double x) { return (vec){x, x}; }
#endif

INLINE vec load_first(const double *p, int part) {
  return part ? load_part(p, part) : load(p);
}
INLINE void store_first(double *p, vec v, int part) {
  if (part) store_part(p, v, part); else store(p, v);
}

/* a b + c, rounded once where the processor can. */
INLINE vec fma_(vec a, vec b, vec c) {
#if FUSES
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}
INLINE double fma1(double a, double b, double c) {
#if FUSES
  return __builtin_fma(a, b, c);
#else
  return a * b + c;
#endif
}

/* Pairwise. */
INLINE double sum(vec v) {
  double s[LANES];
  store(s, v);
  for (int half = LANES / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) s[i] += s[i + half];
  return s[0];
}
