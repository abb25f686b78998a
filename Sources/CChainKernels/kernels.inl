/* One version of all kernels. Before including it, say NAME, LANES, FUSES, and
   what the registers hold: TILE_ROWS x TILE_VECTORS of a dense product,
   BAND_ROWS x BAND_VECTORS of a band's. */

#include "include/chain_kernels.h"

#define ROW_VECTORS TILE_VECTORS
/* From so many terms on, partial sums are worth adding up. */
#define FEW_COLUMNS_DEPTH (2 * LANES)

#include "vectors.h"
#include "dense.h"
#include "rows.h"
#include "bands.h"

const chain_kernels TABLE = {
  NAME, LANES, FUSES, dense, dot, add, combine, scale_rows, scale_columns,
  add_products, band_times_dense, dense_times_band, few_times_band,
  band_times_band, scatter_one, scatter_eight,
};
