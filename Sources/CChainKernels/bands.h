/* Products with bands, where no edge cuts their diagonals. */

/* Some columns of BAND_ROWS rows, which share most of the rows that they are
   made of: each of these is read once. */
INLINE void band_tile(
    int vectors, int part, ptrdiff_t diagonals, const ptrdiff_t *starts,
    const double *x, const double *a, ptrdiff_t a_stride, double *c,
    ptrdiff_t c_stride) {
  vec sums[BAND_ROWS][BAND_VECTORS], rows[BAND_ROWS][BAND_VECTORS];
  UNROLL for (int r = 0; r < BAND_ROWS; r++)
    UNROLL for (int v = 0; v < vectors; v++) {
      sums[r][v] = (vec){0};
      if (r < BAND_ROWS - 1)
        rows[r][v] = load_first(a + r * a_stride + v * LANES, part);
    }
  for (ptrdiff_t d = 0; d < diagonals; d++, a += a_stride) {
    UNROLL for (int v = 0; v < vectors; v++)
      rows[BAND_ROWS - 1][v] =
          load_first(a + (BAND_ROWS - 1) * a_stride + v * LANES, part);
    UNROLL for (int r = 0; r < BAND_ROWS; r++) {
      vec factor = spread(x[starts[d] + r]);
      UNROLL for (int v = 0; v < vectors; v++) {
        sums[r][v] = fma_(factor, rows[r][v], sums[r][v]);
        if (r < BAND_ROWS - 1) rows[r][v] = rows[r + 1][v];
      }
    }
  }
  UNROLL for (int r = 0; r < BAND_ROWS; r++)
    UNROLL for (int v = 0; v < vectors; v++)
      store_first(c + r * c_stride + v * LANES, sums[r][v], part);
}

INLINE void band_rows(
    ptrdiff_t diagonals, ptrdiff_t n, const ptrdiff_t *starts,
    const double *x, const double *a, ptrdiff_t a_stride, double *c,
    ptrdiff_t c_stride) {
  ptrdiff_t j = 0;
  for (; j + BAND_VECTORS * LANES <= n; j += BAND_VECTORS * LANES)
    band_tile(
        BAND_VECTORS, 0, diagonals, starts, x, a + j, a_stride, c + j,
        c_stride);
  for (; j + LANES <= n; j += LANES)
    band_tile(1, 0, diagonals, starts, x, a + j, a_stride, c + j, c_stride);
  if (j < n)
    band_tile(
        1, (int)(n - j), diagonals, starts, x, a + j, a_stride, c + j,
        c_stride);
}

static void band_times_dense(
    ptrdiff_t from, ptrdiff_t to, ptrdiff_t n, chain_band band,
    const double *a, ptrdiff_t a_stride, double *c, ptrdiff_t c_stride) {
  ptrdiff_t i = from;
  for (; i + BAND_ROWS <= to; i += BAND_ROWS) {
    const double *x = band.entries + i, *top = a + (i + band.first) * a_stride;
    double *out = c + i * c_stride;
    /* With a number that the compiler knows, the loop over terms unrolls. */
    switch (band.diagonals) {
    case 3:
      band_rows(3, n, band.starts, x, top, a_stride, out, c_stride);
      break;
    case 5:
      band_rows(5, n, band.starts, x, top, a_stride, out, c_stride);
      break;
    default:
      band_rows(
          band.diagonals, n, band.starts, x, top, a_stride, out, c_stride);
    }
  }
  for (; i < to; i++) {
    const double *top = a + (i + band.first) * a_stride;
    double *out = c + i * c_stride;
    for (ptrdiff_t j = 0; j < n; j += LANES) {
      int part = n - j < LANES ? (int)(n - j) : 0;
      vec s = {0};
      for (ptrdiff_t d = 0; d < band.diagonals; d++)
        s = fma_(
            spread(band.entries[band.starts[d] + i]),
            load_first(top + d * a_stride + j, part), s);
      store_first(out + j, s, part);
    }
  }
}

/* Rows and vectors at a time of a product with a band on its right; diagonals
   and vectors of one of them, of a product of bands. */
enum { SIDE_ROWS = 4, SIDE_VECTORS = 2, BAND_SUMS = 3, BAND_RUN = 8 };

/* Some columns of some rows. Rows of the band come in ascending order, which
   is the diagonals from the last to the first. */
INLINE void dense_band_tile(
    int rows, int vectors, int part, ptrdiff_t column, const double *a,
    ptrdiff_t a_stride, chain_band band, double *c, ptrdiff_t c_stride) {
  vec sums[SIDE_ROWS][SIDE_VECTORS];
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int v = 0; v < vectors; v++) sums[r][v] = (vec){0};
  for (ptrdiff_t d = band.diagonals - 1; d >= 0; d--) {
    ptrdiff_t row = column - band.first - d;
    vec y[SIDE_VECTORS];
    UNROLL for (int v = 0; v < vectors; v++)
      y[v] = load_first(band.entries + band.starts[d] + row + v * LANES, part);
    UNROLL for (int r = 0; r < rows; r++)
      UNROLL for (int v = 0; v < vectors; v++)
        sums[r][v] = fma_(
            load_first(a + r * a_stride + row + v * LANES, part), y[v],
            sums[r][v]);
  }
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int v = 0; v < vectors; v++)
      store_first(c + r * c_stride + column + v * LANES, sums[r][v], part);
}

INLINE void dense_band_rows(
    int rows, ptrdiff_t from, ptrdiff_t to, const double *a,
    ptrdiff_t a_stride, chain_band band, double *c, ptrdiff_t c_stride) {
  ptrdiff_t j = from;
  for (; j + SIDE_VECTORS * LANES <= to; j += SIDE_VECTORS * LANES)
    dense_band_tile(rows, SIDE_VECTORS, 0, j, a, a_stride, band, c, c_stride);
  for (; j + LANES <= to; j += LANES)
    dense_band_tile(rows, 1, 0, j, a, a_stride, band, c, c_stride);
  if (j < to)
    dense_band_tile(
        rows, 1, (int)(to - j), j, a, a_stride, band, c, c_stride);
}

static void dense_times_band(
    ptrdiff_t m, ptrdiff_t from, ptrdiff_t to, const double *a,
    ptrdiff_t a_stride, chain_band band, double *c, ptrdiff_t c_stride) {
  ptrdiff_t i = 0;
  for (; i + SIDE_ROWS <= m; i += SIDE_ROWS)
    dense_band_rows(
        SIDE_ROWS, from, to, a + i * a_stride, a_stride, band, c + i * c_stride,
        c_stride);
  for (; i < m; i++)
    dense_band_rows(
        1, from, to, a + i * a_stride, a_stride, band, c + i * c_stride,
        c_stride);
}

/* In the order of the band's rows, as dense_band_tile. */
INLINE void few_times_diagonals(
    ptrdiff_t n, ptrdiff_t diagonals, const double *a, chain_band band,
    double *c) {
  ptrdiff_t columns = n + diagonals - 1;
  /* The rows that there are, from -diagonals on. */
  unsigned long long rows = ((1ull << n) - 1) << diagonals;
  for (ptrdiff_t j = 0; j < columns; j += LANES) {
    vec s = {0};
    for (ptrdiff_t d = diagonals - 1; d >= 0; d--) {
      ptrdiff_t row = j - d;
      unsigned own = (unsigned)(rows >> (row + diagonals)) & ((1u << LANES) - 1);
      s = fma_(
          load_lanes(a + row, own),
          load_lanes(band.entries + band.starts[d] + row, own), s);
    }
    store_first(c + j, s, columns - j < LANES ? (int)(columns - j) : 0);
  }
}

static void few_times_band(
    ptrdiff_t n, const double *a, chain_band band, double *c) {
  switch (band.diagonals) {
  case 3: few_times_diagonals(n, 3, a, band, c); break;
  case 5: few_times_diagonals(n, 5, a, band, c); break;
  default: few_times_diagonals(n, band.diagonals, a, band, c);
  }
}

/* The outer band's diagonals that add to diagonal e of the product: those from
   here on, */
INLINE ptrdiff_t first_term(ptrdiff_t e, chain_band inner) {
  return e < inner.diagonals ? 0 : e - inner.diagonals + 1;
}
/* and before here. */
INLINE ptrdiff_t end_of_terms(ptrdiff_t e, chain_band outer) {
  return e < outer.diagonals ? e + 1 : outer.diagonals;
}

/* What diagonal d of the outer band adds to some diagonals of the product,
   whose sums these are; to those that have this term, unless all have. */
INLINE void band_terms(
    int count, int vectors, int part, int all, ptrdiff_t d, ptrdiff_t e,
    ptrdiff_t row, chain_band outer, chain_band inner,
    vec sums[BAND_SUMS][BAND_RUN]) {
  const double *x = outer.entries + outer.starts[d] + row;
  const double *y = inner.entries + outer.first + d + row;
  vec factors[BAND_RUN];
  UNROLL for (int v = 0; v < vectors; v++)
    factors[v] = load_first(x + v * LANES, part);
  UNROLL for (int s = 0; s < count; s++)
    if (all
        || (d >= first_term(e + s, inner) && d < end_of_terms(e + s, outer)))
      UNROLL for (int v = 0; v < vectors; v++)
        sums[s][v] = fma_(
            factors[v],
            load_first(y + inner.starts[e + s - d] + v * LANES, part),
            sums[s][v]);
}

/* Some rows of `count` diagonals of the product from e on. */
INLINE void band_block(
    int count, int vectors, int part, ptrdiff_t e, ptrdiff_t row,
    chain_band outer, chain_band inner, const ptrdiff_t *starts,
    double *out) {
  vec sums[BAND_SUMS][BAND_RUN];
  UNROLL for (int s = 0; s < count; s++)
    UNROLL for (int v = 0; v < vectors; v++) sums[s][v] = (vec){0};
  ptrdiff_t last = e + count - 1, d = first_term(e, inner);
  ptrdiff_t shared = first_term(last, inner);
  ptrdiff_t not_shared = end_of_terms(e, outer);
  ptrdiff_t end = end_of_terms(last, outer);
  for (; d < shared && d < end; d++)
    band_terms(count, vectors, part, 0, d, e, row, outer, inner, sums);
  for (; d < not_shared; d++)
    band_terms(count, vectors, part, 1, d, e, row, outer, inner, sums);
  for (; d < end; d++)
    band_terms(count, vectors, part, 0, d, e, row, outer, inner, sums);
  UNROLL for (int s = 0; s < count; s++)
    UNROLL for (int v = 0; v < vectors; v++)
      store_first(out + starts[e + s] + row + v * LANES, sums[s][v], part);
}

INLINE void band_diagonals(
    int count, int vectors, ptrdiff_t e, ptrdiff_t from, ptrdiff_t to,
    chain_band outer, chain_band inner, const ptrdiff_t *starts,
    double *out) {
  ptrdiff_t row = from;
  for (; row + vectors * LANES <= to; row += vectors * LANES)
    band_block(count, vectors, 0, e, row, outer, inner, starts, out);
  for (; row + LANES <= to; row += LANES)
    band_block(count, 1, 0, e, row, outer, inner, starts, out);
  if (row < to)
    band_block(count, 1, (int)(to - row), e, row, outer, inner, starts, out);
}

static void band_times_band(
    ptrdiff_t from, ptrdiff_t to, chain_band outer, chain_band inner,
    const ptrdiff_t *starts, double *out) {
  ptrdiff_t all = outer.diagonals + inner.diagonals - 1, e = 0;
  /* Neighbours share what they read of the outer band; most of their terms,
     if there are some. */
  if (outer.diagonals > 4 && inner.diagonals > 4)
    for (; e + BAND_SUMS <= all; e += BAND_SUMS)
      band_diagonals(
          BAND_SUMS, BAND_RUN / 2, e, from, to, outer, inner, starts, out);
  for (; e < all; e++)
    band_diagonals(1, BAND_RUN, e, from, to, outer, inner, starts, out);
}
