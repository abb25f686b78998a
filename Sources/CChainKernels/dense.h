/* Dense products: tiles of c stay in registers while the shared dimension is
   walked, a panel of b's columns stays in the first cache while the rows of a
   pass by (after K. Goto & R. A. van de Geijn, Anatomy of high-performance
   matrix multiplication, 2008, doi:10.1145/1356052.1356053). Rows of a are read
   in place: eight streams are no trouble for a processor. */

#define TILE_COLUMNS (TILE_VECTORS * LANES)

/* Shared dimension, rows and columns that are taken at a time. */
enum { BLOCK_DEPTH = 256, BLOCK_ROWS = 96, BLOCK_COLUMNS = 1008 };

/* rows x (vectors · LANES) entries of c; the last vector has only `part`
   columns if `partial`. Rows, vectors, partial: known to the compiler. */
INLINE void tile(
    int rows, int vectors, int partial, ptrdiff_t k, const double *a,
    ptrdiff_t a_stride, const double *b, ptrdiff_t b_stride, double *c,
    ptrdiff_t c_stride, int adding, int part) {
#define COLUMNS_OF(v) (partial && (v) == vectors - 1 ? part : 0)
  vec sums[TILE_ROWS][ROW_VECTORS];
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int v = 0; v < vectors; v++)
      sums[r][v] = adding
          ? load_first(c + r * c_stride + v * LANES, COLUMNS_OF(v))
          : (vec){0};
  for (ptrdiff_t p = 0; p < k; p++, a++, b += b_stride) {
    vec y[ROW_VECTORS];
    UNROLL for (int v = 0; v < vectors; v++)
      y[v] = load_first(b + v * LANES, COLUMNS_OF(v));
    UNROLL for (int r = 0; r < rows; r++) {
      vec x = spread(a[r * a_stride]);
      UNROLL for (int v = 0; v < vectors; v++)
        sums[r][v] = fma_(x, y[v], sums[r][v]);
    }
  }
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int v = 0; v < vectors; v++)
      store_first(
          c + r * c_stride + v * LANES, sums[r][v], COLUMNS_OF(v));
#undef COLUMNS_OF
}

typedef void tile_function(
    ptrdiff_t k, const double *a, ptrdiff_t a_stride, const double *b,
    ptrdiff_t b_stride, double *c, ptrdiff_t c_stride, int adding, int part);

#define TILE(R, V, P)                                                       \
  static void tile_##R##_##V##_##P(                                         \
      ptrdiff_t k, const double *a, ptrdiff_t a_stride, const double *b,    \
      ptrdiff_t b_stride, double *c, ptrdiff_t c_stride, int adding,        \
      int part) {                                                           \
    tile(R, V, P, k, a, a_stride, b, b_stride, c, c_stride, adding, part);  \
  }
#if TILE_VECTORS == 3
#define TILES(R) TILE(R, 1, 0) TILE(R, 1, 1) TILE(R, 2, 0) TILE(R, 2, 1) \
  TILE(R, 3, 0) TILE(R, 3, 1)
#define TILES_OF(R) {{tile_##R##_1_0, tile_##R##_1_1}, \
  {tile_##R##_2_0, tile_##R##_2_1}, {tile_##R##_3_0, tile_##R##_3_1}}
#else
#define TILES(R) TILE(R, 1, 0) TILE(R, 1, 1) TILE(R, 2, 0) TILE(R, 2, 1)
#define TILES_OF(R) {{tile_##R##_1_0, tile_##R##_1_1}, \
  {tile_##R##_2_0, tile_##R##_2_1}}
#endif
TILES(1) TILES(2) TILES(3) TILES(4)
#if TILE_ROWS > 4
TILES(5) TILES(6)
#endif
#if TILE_ROWS > 6
TILES(7) TILES(8)
#endif
/* By rows - 1, vectors - 1, and whether the last vector is partial. */
static tile_function *const tiles[TILE_ROWS][TILE_VECTORS][2] = {
  TILES_OF(1), TILES_OF(2), TILES_OF(3), TILES_OF(4),
#if TILE_ROWS > 4
  TILES_OF(5), TILES_OF(6),
#endif
#if TILE_ROWS > 6
  TILES_OF(7), TILES_OF(8),
#endif
};

/* All rows of a panel of up to TILE_COLUMNS columns, in tiles as even as can
   be: a tile of few rows has too few sums to keep the processor busy. */
static void panel(
    ptrdiff_t m, ptrdiff_t k, ptrdiff_t width, const double *a,
    ptrdiff_t a_stride, const double *b, ptrdiff_t b_stride, double *c,
    ptrdiff_t c_stride, int adding) {
  ptrdiff_t vectors = (width + LANES - 1) / LANES;
  int part = (int)(width % LANES);
  ptrdiff_t count = (m + TILE_ROWS - 1) / TILE_ROWS;
  ptrdiff_t rows = m / count, higher = m % count;
  for (ptrdiff_t i = 0; i < count; i++) {
    ptrdiff_t own = rows + (i < higher);
    tiles[own - 1][vectors - 1][part != 0](
        k, a, a_stride, b, b_stride, c, c_stride, adding, part);
    a += own * a_stride;
    c += own * c_stride;
  }
}

/* Copies a panel of b row by row, so that tiles read one cache line after the
   other; the last vector of a row may be partial. */
static void pack(
    ptrdiff_t k, ptrdiff_t width, const double *middle, const double *b,
    ptrdiff_t b_stride, double *to) {
  int vectors = (int)(width / LANES), part = (int)(width % LANES);
  for (ptrdiff_t p = 0; p < k; p++, b += b_stride) {
    vec x = spread(middle ? middle[p] : 1);
    if (width == TILE_COLUMNS) {
      UNROLL for (int v = 0; v < TILE_VECTORS; v++, to += LANES)
        store(to, x * load(b + v * LANES));
      continue;
    }
    for (int v = 0; v < vectors; v++, to += LANES)
      store(to, x * load(b + v * LANES));
    if (part) {
      store(to, x * load_part(b + vectors * LANES, part));
      to += LANES;
    }
  }
}

/* One row of c, up to eight vectors at a time. */
INLINE void row_part(
    int vectors, int part, ptrdiff_t k, const double *a, const double *middle,
    const double *b, ptrdiff_t b_stride, double *c, int adding) {
  vec sums[8];
  UNROLL for (int v = 0; v < vectors; v++)
    sums[v] = adding ? load_first(c + v * LANES, part) : (vec){0};
  for (ptrdiff_t p = 0; p < k; p++, b += b_stride) {
    vec x = spread(middle ? a[p] * middle[p] : a[p]);
    UNROLL for (int v = 0; v < vectors; v++)
      sums[v] = fma_(x, load_first(b + v * LANES, part), sums[v]);
  }
  UNROLL for (int v = 0; v < vectors; v++)
    store_first(c + v * LANES, sums[v], part);
}

static void row(
    ptrdiff_t k, ptrdiff_t n, const double *a, const double *middle,
    const double *b, ptrdiff_t b_stride, double *c, int adding) {
  ptrdiff_t j = 0;
  for (; j + 8 * LANES <= n; j += 8 * LANES)
    row_part(8, 0, k, a, middle, b + j, b_stride, c + j, adding);
  if (j + 4 * LANES <= n) {
    row_part(4, 0, k, a, middle, b + j, b_stride, c + j, adding);
    j += 4 * LANES;
  }
  if (j + 2 * LANES <= n) {
    row_part(2, 0, k, a, middle, b + j, b_stride, c + j, adding);
    j += 2 * LANES;
  }
  if (j + LANES <= n) {
    row_part(1, 0, k, a, middle, b + j, b_stride, c + j, adding);
    j += LANES;
  }
  if (j < n)
    row_part(
        1, (int)(n - j), k, a, middle, b + j, b_stride, c + j, adding);
}

/* rows x columns entries of c, each in LANES partial sums; the columns of b lie
   one behind the other, `depth` doubles apart. */
INLINE void column_tile(
    int rows, int columns, ptrdiff_t k, const double *a, ptrdiff_t a_stride,
    const double *b, ptrdiff_t depth, double *c, ptrdiff_t c_stride,
    int adding) {
  vec sums[4][4];
  int part = (int)(k % LANES);
  ptrdiff_t whole = k - part;
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int j = 0; j < columns; j++) sums[r][j] = (vec){0};
  for (ptrdiff_t p = 0; p < whole; p += LANES) {
    vec y[4];
    UNROLL for (int j = 0; j < columns; j++) y[j] = load(b + j * depth + p);
    UNROLL for (int r = 0; r < rows; r++) {
      vec x = load(a + r * a_stride + p);
      UNROLL for (int j = 0; j < columns; j++)
        sums[r][j] = fma_(x, y[j], sums[r][j]);
    }
  }
  if (part)
    UNROLL for (int r = 0; r < rows; r++)
      UNROLL for (int j = 0; j < columns; j++)
        sums[r][j] = fma_(
            load_part(a + r * a_stride + whole, part),
            load_part(b + j * depth + whole, part), sums[r][j]);
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int j = 0; j < columns; j++) {
      double *out = c + r * c_stride + j;
      *out = (adding ? *out : 0) + sum(sums[r][j]);
    }
}

/* All rows of one to four columns. */
INLINE void columns_(
    int columns, ptrdiff_t m, ptrdiff_t k, const double *a,
    ptrdiff_t a_stride, const double *b, ptrdiff_t depth, double *c,
    ptrdiff_t c_stride, int adding) {
  ptrdiff_t i = 0;
  for (; i + 4 <= m; i += 4)
    column_tile(
        4, columns, k, a + i * a_stride, a_stride, b, depth, c + i * c_stride,
        c_stride, adding);
  for (; i < m; i++)
    column_tile(
        1, columns, k, a + i * a_stride, a_stride, b, depth, c + i * c_stride,
        c_stride, adding);
}

static void few_columns(
    ptrdiff_t m, ptrdiff_t k, ptrdiff_t n, const double *a,
    ptrdiff_t a_stride, const double *middle, const double *b, ptrdiff_t b_stride, double *c,
    ptrdiff_t c_stride, int adding, double *packed) {
  enum { DEPTH = 8192 };
  for (ptrdiff_t p = 0; p < k; p += DEPTH, a += DEPTH, adding = 1) {
    ptrdiff_t depth = k - p < DEPTH ? k - p : DEPTH;
    const double *source = b + p * b_stride;
    if (n > 1 || b_stride > 1 || middle) {
      for (ptrdiff_t j = 0; j < n; j++)
        for (ptrdiff_t t = 0; t < depth; t++)
          packed[j * depth + t] =
              source[t * b_stride + j] * (middle ? middle[p + t] : 1);
      source = packed;
    }
    switch (n) {
    case 1:
      columns_(1, m, depth, a, a_stride, source, depth, c, c_stride, adding);
      break;
    case 2:
      columns_(2, m, depth, a, a_stride, source, depth, c, c_stride, adding);
      break;
    case 3:
      columns_(3, m, depth, a, a_stride, source, depth, c, c_stride, adding);
      break;
    default:
      columns_(4, m, depth, a, a_stride, source, depth, c, c_stride, adding);
    }
  }
}

static void dense(
    ptrdiff_t m, ptrdiff_t k, ptrdiff_t n, const double *a,
    ptrdiff_t a_stride, const double *middle, const double *b, ptrdiff_t b_stride, double *c,
    ptrdiff_t c_stride, int adding, double *packed) {
  if (n <= 4 && m > 1 && k >= FEW_COLUMNS_DEPTH) {
    few_columns(
        m, k, n, a, a_stride, middle, b, b_stride, c, c_stride, adding,
        packed);
    return;
  }
  if (m == 1) {
    row(k, n, a, middle, b, b_stride, c, adding);
    return;
  }
  for (ptrdiff_t first = 0; first < n; first += BLOCK_COLUMNS) {
    ptrdiff_t columns = n - first < BLOCK_COLUMNS ? n - first : BLOCK_COLUMNS;
    for (ptrdiff_t p = 0; p < k; p += BLOCK_DEPTH) {
      ptrdiff_t depth = k - p < BLOCK_DEPTH ? k - p : BLOCK_DEPTH;
      /* Packing pays when many rows pass by, and b isn't in the second cache
         as it is. */
      int packs = middle || (m > 64 && depth * b_stride > 32768);
      for (ptrdiff_t i = 0; i < m; i += BLOCK_ROWS) {
        ptrdiff_t rows = m - i < BLOCK_ROWS ? m - i : BLOCK_ROWS;
        for (ptrdiff_t j = 0; j < columns; j += TILE_COLUMNS) {
          ptrdiff_t width =
              columns - j < TILE_COLUMNS ? columns - j : TILE_COLUMNS;
          const double *right = b + p * b_stride + first + j;
          ptrdiff_t stride = b_stride;
          if (packs) {
            double *place = packed + j * depth;
            stride = (width + LANES - 1) / LANES * LANES;
            if (i == 0)
              pack(
                  depth, width, middle ? middle + p : NULL, right, b_stride,
                  place);
            right = place;
          }
          panel(
              rows, depth, width, a + i * a_stride + p, a_stride, right,
              stride, c + i * c_stride + first + j, c_stride,
              adding || p > 0);
        }
      }
    }
  }
}
