/* Inner loops of products, one table of them for each kind of vectors that
   processors have. The code is the same for all (kernels.inl); portable.c,
   avx2.c and avx512.c compile it, each for its processors. */
#ifndef CHAIN_KERNELS_H
#define CHAIN_KERNELS_H

#include <stddef.h>

#include "range_flags.h"

/* Doubles that `dense` may use to put an operand in order: 768 KiB, which the
   second cache of every processor in use holds beside what passes by. */
#define CHAIN_PACKED_DOUBLES (384 * 256)

/* Columns that `few_times_band` makes at most. */
#define CHAIN_FEW_COLUMNS 24

/* Where `diagonals` diagonals of a band lie: the entry (row, row + offset) of
   diagonal d is entries[starts[d] + row], and offset is first + d. */
typedef struct chain_band {
  ptrdiff_t diagonals;
  ptrdiff_t first;
  const ptrdiff_t *starts;
  const double *entries;
} chain_band;

/* Matrices are stored row by row; a stride is the doubles from one row to the
   next. What is written overlaps nothing that is read, but for scaled rows and
   columns, which may stay where they are. A function reads and
   writes exactly the entries that it names: nothing beside them.

   Laws: where a table fuses, every entry is the sum over the shared dimension
   in its order, each term added by one fused multiply-add; so all such tables
   give the same bits. `dot`, and `dense` with up to four columns, are the
   exception: they make partial sums in the lanes of vectors. */
typedef struct chain_kernels {
  /* "portable", "avx2", "avx512". */
  const char *name;
  /* Doubles of a vector. */
  int lanes;
  /* Whether a multiplication and an addition are rounded once. */
  int fuses;

  /* c = a b or (adding) c += a b, m x k times k x n, each at least 1; with a
     `middle` (else NULL) of k numbers, a diag(middle) b. `packed` has room for
     CHAIN_PACKED_DOUBLES. */
  void (*dense)(
      ptrdiff_t m, ptrdiff_t k, ptrdiff_t n, const double *a,
      ptrdiff_t a_stride, const double *middle, const double *b,
      ptrdiff_t b_stride, double *c, ptrdiff_t c_stride, int adding,
      double *packed);

  /* The sum of a[j] b[j], n of them. */
  double (*dot)(ptrdiff_t n, const double *a, const double *b);

  /* out += x row, n doubles. */
  void (*add)(ptrdiff_t n, double x, const double *row, double *out);

  /* out = sum of x[t] rows[t], n doubles each. */
  void (*combine)(
      ptrdiff_t n, ptrdiff_t terms, const double *x,
      const double *const *rows, double *out);

  /* c = diag(x) a, m x n. */
  void (*scale_rows)(
      ptrdiff_t m, ptrdiff_t n, const double *x, const double *a,
      ptrdiff_t a_stride, double *c, ptrdiff_t c_stride);

  /* c = a diag(x), m x n. */
  void (*scale_columns)(
      ptrdiff_t m, ptrdiff_t n, const double *a, ptrdiff_t a_stride,
      const double *x, double *c, ptrdiff_t c_stride);

  /* out[j] += a[j] b[j], n of them. */
  void (*add_products)(
      ptrdiff_t n, const double *a, const double *b, double *out);

  /* Rows `from` to `to` (excluded) of c = band a, which has n columns; every
     diagonal reaches all of these rows. */
  void (*band_times_dense)(
      ptrdiff_t from, ptrdiff_t to, ptrdiff_t n, chain_band band,
      const double *a, ptrdiff_t a_stride, double *c, ptrdiff_t c_stride);

  /* Columns `from` to `to` (excluded) of c = a band, which has m rows; every
     diagonal reaches all of these columns. */
  void (*dense_times_band)(
      ptrdiff_t m, ptrdiff_t from, ptrdiff_t to, const double *a,
      ptrdiff_t a_stride, chain_band band, double *c, ptrdiff_t c_stride);

  /* All columns of c = a band that rows 0 to n (excluded) of the band reach, a
     being a row of n numbers: column 0 is the one that the first diagonal
     reaches from row 0. All diagonals reach these rows. At most
     CHAIN_FEW_COLUMNS columns are made. */
  void (*few_times_band)(
      ptrdiff_t n, const double *a, chain_band band, double *c);

  /* Rows `from` to `to` (excluded) of all diagonals of the product of two
     bands; all of their diagonals reach these rows. Diagonal d of the product
     is put at out[starts[d] + row]. */
  void (*band_times_band)(
      ptrdiff_t from, ptrdiff_t to, chain_band outer, chain_band inner,
      const ptrdiff_t *starts, double *out);

  /* One row: sums[places[t]] += x[p] y[sources[t]] for t from ends[p - 1] to
     ends[p], p from 0 to k. */
  void (*scatter_one)(
      ptrdiff_t k, const ptrdiff_t *ends, const ptrdiff_t *places,
      const ptrdiff_t *sources, const double *x, const double *y,
      double *sums);

  /* Eight rows: sums[8 places[t] + lane] += x[8 p + lane] y[t] for t from
     ends[p - 1] to ends[p], p from 0 to k. */
  void (*scatter_eight)(
      ptrdiff_t k, const ptrdiff_t *ends, const ptrdiff_t *places,
      const double *x, const double *y, double *sums);
} chain_kernels;

/* Version `index`, from the best one down to the portable one, of those that
   this processor can run; NULL behind the last. */
const chain_kernels *chain_kernels_version(int index);

#endif
