/* Loops along rows. */

static void add(ptrdiff_t n, double x, const double *row, double *out) {
  vec factor = spread(x);
  ptrdiff_t j = 0;
  for (; j + 2 * LANES <= n; j += 2 * LANES) {
    store(out + j, fma_(factor, load(row + j), load(out + j)));
    store(
        out + j + LANES,
        fma_(factor, load(row + j + LANES), load(out + j + LANES)));
  }
  for (; j < n; j++) out[j] = fma1(x, row[j], out[j]);
}

/* Some vectors of a combination of rows, which stay in registers. */
INLINE void combine_part(
    int vectors, int part, ptrdiff_t terms, const double *x,
    const double *const *rows, ptrdiff_t j, double *out) {
  vec sums[8];
  UNROLL for (int v = 0; v < vectors; v++) sums[v] = (vec){0};
  for (ptrdiff_t t = 0; t < terms; t++) {
    vec factor = spread(x[t]);
    const double *row = rows[t] + j;
    UNROLL for (int v = 0; v < vectors; v++)
      sums[v] = fma_(factor, load_first(row + v * LANES, part), sums[v]);
  }
  UNROLL for (int v = 0; v < vectors; v++)
    store_first(out + j + v * LANES, sums[v], part);
}

static void combine(
    ptrdiff_t n, ptrdiff_t terms, const double *x, const double *const *rows,
    double *out) {
  ptrdiff_t j = 0;
  for (; j + 8 * LANES <= n; j += 8 * LANES)
    combine_part(8, 0, terms, x, rows, j, out);
  if (j + 4 * LANES <= n) {
    combine_part(4, 0, terms, x, rows, j, out);
    j += 4 * LANES;
  }
  for (; j + LANES <= n; j += LANES) combine_part(1, 0, terms, x, rows, j, out);
  if (j < n) combine_part(1, (int)(n - j), terms, x, rows, j, out);
}

static void scale_rows(
    ptrdiff_t m, ptrdiff_t n, const double *x, const double *a,
    ptrdiff_t a_stride, double *c, ptrdiff_t c_stride) {
  for (ptrdiff_t i = 0; i < m; i++, a += a_stride, c += c_stride) {
    vec factor = spread(x[i]);
    ptrdiff_t j = 0;
    for (; j + LANES <= n; j += LANES) store(c + j, factor * load(a + j));
    if (j < n) {
      int part = (int)(n - j);
      store_part(c + j, factor * load_part(a + j, part), part);
    }
  }
}

static void scale_columns(
    ptrdiff_t m, ptrdiff_t n, const double *a, ptrdiff_t a_stride,
    const double *x, double *c, ptrdiff_t c_stride) {
  for (ptrdiff_t i = 0; i < m; i++, a += a_stride, c += c_stride) {
    ptrdiff_t j = 0;
    for (; j + LANES <= n; j += LANES)
      store(c + j, load(a + j) * load(x + j));
    if (j < n) {
      int part = (int)(n - j);
      store_part(c + j, load_part(a + j, part) * load_part(x + j, part), part);
    }
  }
}

static void add_products(
    ptrdiff_t n, const double *a, const double *b, double *out) {
  ptrdiff_t j = 0;
  for (; j + LANES <= n; j += LANES)
    store(out + j, fma_(load(a + j), load(b + j), load(out + j)));
  for (; j < n; j++) out[j] = fma1(a[j], b[j], out[j]);
}

static double dot(ptrdiff_t n, const double *a, const double *b) {
  vec sums[4] = {{0}, {0}, {0}, {0}};
  ptrdiff_t j = 0;
  for (; j + 4 * LANES <= n; j += 4 * LANES)
    UNROLL for (int v = 0; v < 4; v++)
      sums[v] = fma_(load(a + j + v * LANES), load(b + j + v * LANES), sums[v]);
  for (; j + LANES <= n; j += LANES)
    sums[0] = fma_(load(a + j), load(b + j), sums[0]);
  if (j < n) {
    int part = (int)(n - j);
    sums[1] = fma_(load_part(a + j, part), load_part(b + j, part), sums[1]);
  }
  return sum((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

/* One row, in the order of the eight. */
static void scatter_one(
    ptrdiff_t k, const ptrdiff_t *ends, const ptrdiff_t *places,
    const ptrdiff_t *sources, const double *x, const double *y, double *sums) {
  ptrdiff_t t = 0;
  for (ptrdiff_t p = 0; p < k; p++) {
    for (; t < ends[p]; t++) {
      double *out = sums + places[t];
      *out = fma1(x[p], y[sources[t]], *out);
    }
  }
}

/* Vectors of eight rows, whatever the processor's have. */
static void scatter_eight(
    ptrdiff_t k, const ptrdiff_t *ends, const ptrdiff_t *places,
    const double *x, const double *y, double *sums) {
  ptrdiff_t t = 0;
  for (ptrdiff_t p = 0; p < k; p++, x += 8) {
    vec factors[8 / LANES];
    UNROLL for (int v = 0; v < 8 / LANES; v++) factors[v] = load(x + v * LANES);
    for (; t < ends[p]; t++) {
      double *out = sums + 8 * places[t];
      vec value = spread(y[t]);
      UNROLL for (int v = 0; v < 8 / LANES; v++)
        store(
            out + v * LANES, fma_(factors[v], value, load(out + v * LANES)));
    }
  }
}
