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

/* Some columns of up to four rows. Rows of the band come in ascending order,
   which is the diagonals from the last to the first. */
INLINE void dense_band_tile(
    int rows, int part, ptrdiff_t column, const double *a, ptrdiff_t a_stride,
    chain_band band, double *c, ptrdiff_t c_stride) {
  vec sums[4];
  UNROLL for (int r = 0; r < rows; r++) sums[r] = (vec){0};
  for (ptrdiff_t d = band.diagonals - 1; d >= 0; d--) {
    ptrdiff_t row = column - band.first - d;
    vec y = load_first(band.entries + band.starts[d] + row, part);
    UNROLL for (int r = 0; r < rows; r++)
      sums[r] = fma_(load_first(a + r * a_stride + row, part), y, sums[r]);
  }
  UNROLL for (int r = 0; r < rows; r++)
    store_first(c + r * c_stride + column, sums[r], part);
}

static void dense_times_band(
    ptrdiff_t m, ptrdiff_t from, ptrdiff_t to, const double *a,
    ptrdiff_t a_stride, chain_band band, double *c, ptrdiff_t c_stride) {
  ptrdiff_t i = 0;
  for (; i < m; i += 4) {
    int all = i + 4 <= m;
    for (ptrdiff_t j = from; j < to; j += LANES) {
      int part = to - j < LANES ? (int)(to - j) : 0;
      if (all && part == 0) {
        dense_band_tile(
            4, 0, j, a + i * a_stride, a_stride, band, c + i * c_stride,
            c_stride);
        continue;
      }
      for (ptrdiff_t r = i; r < m && r < i + 4; r++)
        dense_band_tile(
            1, part, j, a + r * a_stride, a_stride, band, c + r * c_stride,
            c_stride);
    }
  }
}

/* All outer diagonals times `count` neighbours of the inner ones: a diagonal
   of the outer band adds to as many neighbours of the product, of which the
   lowest gets nothing from the diagonals after it: sums move through
   registers. `goes_on` says that a sweep over later neighbours has begun what
   is above the first ones. */
INLINE void band_sweep(
    int count, int part, int goes_on, ptrdiff_t first, ptrdiff_t row,
    chain_band outer, chain_band inner, const ptrdiff_t *starts, double *out) {
  const double *x = outer.entries + row;
  const double *y = inner.entries + row + outer.first;
  vec sums[3] = {{0}, {0}, {0}};
  for (ptrdiff_t d = 0; d < outer.diagonals; d++) {
    vec factor = load_first(x + outer.starts[d], part);
    sums[count - 1] = goes_on && d > 0
        ? load_first(out + starts[first + d + count - 1] + row, part)
        : (vec){0};
    UNROLL for (int s = 0; s < count; s++)
      sums[s] = fma_(
          factor, load_first(y + inner.starts[first + s] + d, part), sums[s]);
    store_first(out + starts[first + d] + row, sums[0], part);
    UNROLL for (int s = 0; s < count - 1; s++) sums[s] = sums[s + 1];
  }
  UNROLL for (int s = 0; s < count - 1; s++)
    store_first(
        out + starts[first + outer.diagonals + s] + row, sums[s], part);
}

static void band_times_band(
    ptrdiff_t from, ptrdiff_t to, chain_band outer, chain_band inner,
    const ptrdiff_t *starts, double *out) {
  /* The last neighbours first: what they add has the smaller shared index. */
  for (ptrdiff_t end = inner.diagonals; end > 0; end -= 3) {
    ptrdiff_t first = end < 3 ? 0 : end - 3;
    int goes_on = end < inner.diagonals;
    for (ptrdiff_t row = from; row < to; row += LANES) {
      int part = to - row < LANES ? (int)(to - row) : 0;
      switch (end - first) {
      case 3:
        band_sweep(3, part, goes_on, first, row, outer, inner, starts, out);
        break;
      case 2:
        band_sweep(2, part, goes_on, first, row, outer, inner, starts, out);
        break;
      default:
        band_sweep(1, part, goes_on, first, row, outer, inner, starts, out);
      }
    }
  }
}
