/* Dense products: tiles of c stay in registers while the shared dimension is
   walked, a block of b stays in the second cache while the rows of a pass by
   (after K. Goto & R. A. van de Geijn, Anatomy of high-performance matrix
   multiplication, 2008, doi:10.1145/1356052.1356053). Rows of a are read in
   place, and a tile's rows of c are written from end to end before the next
   ones: few long streams are what memory is fast at, and the results of a chain
   are often as large as their factors are slim. */

#define TILE_COLUMNS (TILE_VECTORS * LANES)

/* The shared dimension that is taken at a time, at most, and the entries of b:
   they stay in the second cache. */
enum { BLOCK_DEPTH = 384, BLOCK_ENTRIES = CHAIN_PACKED_DOUBLES };
/* So many entries are in no cache of a core. */
enum { FAR_ENTRIES = 12 * BLOCK_ENTRIES };

/* A whole in as few parts as can be, and these as even as can be: a slim tile
   has too few sums to keep the processor busy. */
typedef struct { ptrdiff_t parts, least, higher; } split;

INLINE split evenly(ptrdiff_t whole, ptrdiff_t most) {
  ptrdiff_t parts = (whole + most - 1) / most;
  return (split){parts, whole / parts, whole % parts};
}
INLINE ptrdiff_t size_of(split of, ptrdiff_t part) {
  return of.least + (part < of.higher);
}

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
    /* Rows of b may lie in pages of their own, where a processor does not see
       the next one coming. */
    UNROLL for (int v = 0; v < vectors; v++)
      __builtin_prefetch(b + 4 * b_stride + v * LANES);
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

/* Panels of some columns of b. */
INLINE split panels(ptrdiff_t columns) {
  return evenly((columns + LANES - 1) / LANES, TILE_VECTORS);
}

/* Copies a panel row by row, so that tiles read one cache line after the
   other; the last of the vectors may be partial. */
INLINE double *pack_panel(
    int vectors, int part, ptrdiff_t k, const double *middle, const double *b,
    ptrdiff_t b_stride, double *to) {
  for (ptrdiff_t p = 0; p < k; p++, b += b_stride) {
    vec x = spread(middle ? middle[p] : 1);
    for (int v = 0; v < vectors; v++, to += LANES)
      store(
          to,
          x * load_first(b + v * LANES, v == vectors - 1 ? part : 0));
  }
  return to;
}

static void pack(
    ptrdiff_t k, ptrdiff_t columns, const double *middle, const double *b,
    ptrdiff_t b_stride, double *to) {
  split over = panels(columns);
  for (ptrdiff_t q = 0, j = 0; q < over.parts; q++) {
    int vectors = (int)size_of(over, q);
    int part = q < over.parts - 1 ? 0 : (int)(columns % LANES);
    if (vectors == TILE_VECTORS && part == 0)
      to = pack_panel(TILE_VECTORS, 0, k, middle, b + j, b_stride, to);
    else
      to = pack_panel(vectors, part, k, middle, b + j, b_stride, to);
    j += vectors * LANES;
  }
}

/* All rows with some columns of b, which is packed if its stride is 0. */
static void block(
    ptrdiff_t m, ptrdiff_t k, ptrdiff_t columns, const double *a,
    ptrdiff_t a_stride, const double *b, ptrdiff_t b_stride, double *c,
    ptrdiff_t c_stride, int adding) {
  split down = evenly(m, TILE_ROWS), over = panels(columns);
  int part = (int)(columns % LANES);
  for (ptrdiff_t i = 0; i < down.parts; i++) {
    ptrdiff_t rows = size_of(down, i);
    const double *right = b;
    double *out = c;
    for (ptrdiff_t q = 0; q < over.parts; q++) {
      ptrdiff_t vectors = size_of(over, q), width = vectors * LANES;
      int partial = part && q == over.parts - 1;
      tiles[rows - 1][vectors - 1][partial](
          k, a, a_stride, right, b_stride ? b_stride : width, out, c_stride,
          adding, part);
      right += b_stride ? width : width * k;
      out += width;
    }
    a += rows * a_stride;
    c += rows * c_stride;
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
    ptrdiff_t a_stride, const double *middle, const double *b,
    ptrdiff_t b_stride, double *c, ptrdiff_t c_stride, int adding,
    double *packed) {
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
    ptrdiff_t a_stride, const double *middle, const double *b,
    ptrdiff_t b_stride, double *c, ptrdiff_t c_stride, int adding,
    double *packed) {
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
  if (m <= TILE_ROWS && n <= TILE_COLUMNS && k <= BLOCK_DEPTH && !middle) {
    int part = (int)(n % LANES);
    tiles[m - 1][(n + LANES - 1) / LANES - 1][part != 0](
        k, a, a_stride, b, b_stride, c, c_stride, adding, part);
    return;
  }
  split deep = evenly(k, BLOCK_DEPTH);
  for (ptrdiff_t q = 0; q < deep.parts; q++) {
    ptrdiff_t depth = size_of(deep, q);
    ptrdiff_t wide = BLOCK_ENTRIES / depth / TILE_COLUMNS * TILE_COLUMNS;
    /* Packing pays where rows of b lie far away in memory, and, when many rows
       of a pass by, where they cross cache lines or overflow the second
       cache. */
    int packs = middle || (m > TILE_ROWS && k * b_stride > FAR_ENTRIES)
        || (m > 64
            && (b_stride % LANES || depth * b_stride > BLOCK_ENTRIES));
    for (ptrdiff_t j = 0; j < n; j += wide) {
      ptrdiff_t columns = n - j < wide ? n - j : wide;
      if (packs) pack(depth, columns, middle, b + j, b_stride, packed);
      block(
          m, depth, columns, a, a_stride, packs ? packed : b + j,
          packs ? 0 : b_stride, c + j, c_stride, adding);
    }
    a += depth;
    b += depth * b_stride;
    if (middle) middle += depth;
    adding = 1;
  }
}
