/* Plans run by libjchain_run on functions in C, against products by hand. */
#include "check.h"

#include <jchain_run.h>
#include <math.h>

/* sense · mesh · step · act · encode: a selection, a sparse pattern by name, a
   function, a diagonal and a dense factor. */
enum { q = 5 };
static const int rows[q] = {3, 3, 6, 4, 2}, columns[q] = {8, 3, 3, 6, 4};
static const char problem[] =
    "{\"format\": \"jacobian-chain/1\", \"factors\": ["
    "{\"name\": \"encode\", \"rows\": 3, \"columns\": 8},"
    "{\"name\": \"act\", \"rows\": 3, \"columns\": 3, "
    "\"structure\": \"diagonal\"},"
    "{\"name\": \"step\", \"rows\": 6, \"columns\": 3, \"tangent\": 40, "
    "\"adjoint\": 50, \"tape\": 18},"
    "{\"name\": \"mesh\", \"rows\": 4, \"columns\": 6, \"structure\": "
    "{\"sparse\": {\"pattern\": \"mesh\"}}},"
    "{\"name\": \"sense\", \"rows\": 2, \"columns\": 4, \"structure\": "
    "{\"selection\": [3, 1]}}],"
    "\"targets\": [[\"sense\", \"mesh\", \"step\", \"act\", \"encode\"], "
    "[\"mesh\", \"step\"], [\"sense\"], [\"act\"]]}";

static const int64_t mesh_rows[] = {0, 1, 1, 2, 3, 3},
                     mesh_columns[] = {5, 0, 3, 2, 1, 4};

/* The factors as dense matrices, at one point, and how they misbehave. */
typedef struct {
  double dense[q][64];
  const jc_program *program;
  int64_t failing;
  int answer, calls;
} point;

static double entry(const point *at, int factor, int64_t i, int64_t j) {
  return at->dense[factor][i * columns[factor] + j];
}

static void move(point *at, int seed) {
  for (int factor = 0; factor < q; ++factor)
    for (int64_t i = 0; i < rows[factor]; ++i)
      for (int64_t j = 0; j < columns[factor]; ++j) {
        double value = sin(seed + 3.0 * factor + 1.7 * (double)i + (double)j);
        if (factor == 1 && i != j) value = 0;
        if (factor == 3) {
          int is_stored = 0;
          for (int k = 0; k < 6; ++k)
            is_stored |= mesh_rows[k] == i && mesh_columns[k] == j;
          if (!is_stored) value = 0;
        }
        if (factor == 4) value = j == (i == 0 ? 3 : 1);
        at->dense[factor][i * columns[factor] + j] = value;
      }
}

static int entries(void *user, int64_t factor, int64_t count, double *values) {
  point *at = user;
  ++at->calls;
  if (factor == at->failing) return at->answer;
  int64_t i[64], j[64];
  CHECK(factor != 2 && factor != 4);
  CHECK(jc_factor_count(at->program, factor) == count && count <= 64);
  CHECK(jc_factor_pattern(at->program, factor, i, j) == JC_DONE);
  for (int64_t k = 0; k < count; ++k)
    values[k] = entry(at, (int)factor, i[k], j[k]);
  return 0;
}

static int tangents(void *user, int64_t factor, int64_t width,
                    const double *seeds, double *block) {
  point *at = user;
  ++at->calls;
  if (factor == at->failing) return at->answer;
  CHECK(factor == 2);
  for (int64_t i = 0; i < rows[factor]; ++i)
    for (int64_t k = 0; k < width; ++k) {
      block[i * width + k] = 0;
      for (int64_t j = 0; j < columns[factor]; ++j)
        block[i * width + k] +=
            entry(at, (int)factor, i, j) * seeds[j * width + k];
    }
  return 0;
}

static int adjoints(void *user, int64_t factor, int64_t width,
                    const double *seeds, double *block) {
  point *at = user;
  ++at->calls;
  if (factor == at->failing) return at->answer;
  CHECK(factor == 2);
  const int64_t m = rows[factor], n = columns[factor];
  for (int64_t k = 0; k < width; ++k)
    for (int64_t j = 0; j < n; ++j) {
      block[k * n + j] = 0;
      for (int64_t i = 0; i < m; ++i)
        block[k * n + j] += seeds[k * m + i] * entry(at, (int)factor, i, j);
    }
  return 0;
}

/* Factors first … last by hand, innermost first. */
static void by_hand(const point *at, int first, int last, double *result) {
  double left[64];
  for (int k = 0; k < 64; ++k) left[k] = at->dense[first][k];
  const int n = columns[first];
  for (int factor = first + 1; factor <= last; ++factor) {
    double next[64] = {0};
    for (int i = 0; i < rows[factor]; ++i)
      for (int k = 0; k < columns[factor]; ++k)
        for (int j = 0; j < n; ++j)
          next[i * n + j] += entry(at, factor, i, k) * left[k * n + j];
    memcpy(left, next, sizeof left);
  }
  memcpy(result, left, sizeof left);
}

static void compare(const point *at, jc_program *program, int64_t target,
                    int first, int last) {
  double expected[64], dense[64] = {0}, listed[64] = {0};
  int64_t m, n, i[64], j[64];
  by_hand(at, first, last, expected);
  const int64_t count = jc_target_count(program, target, &m, &n);
  CHECK(m == rows[last] && n == columns[first] && count > 0 && count <= 64);
  CHECK(jc_target_dense(program, target, dense) == JC_DONE);
  CHECK(jc_target_pattern(program, target, i, j) == JC_DONE);
  const double *values = jc_target_entries(program, target);
  CHECK(values != NULL);
  for (int64_t k = 0; k < count; ++k) listed[i[k] * n + j[k]] = values[k];
  for (int64_t k = 0; k < m * n; ++k) {
    CHECK(fabs(dense[k] - expected[k]) <= 1e-14);
    CHECK(dense[k] == listed[k]);
  }
}

/* A plan that fits its limit only where results are written into a file. */
static void results_count(void) {
  static const char limited[] =
      "{\"format\": \"jacobian-chain/1\", \"limits\": {\"memory\": 3200}, "
      "\"factors\": [{\"rows\": 3, \"columns\": 20}, "
      "{\"rows\": 3, \"columns\": 3}, {\"rows\": 20, \"columns\": 3}]}";
  jc_solved *solved;
  jc_program *program;
  CHECK(solve(limited, NULL, &solved) == JC_DONE);
  CHECK(jc_prepare(solved, NULL, 0, &program) == JC_BAD_INPUT);
  CHECK(program == NULL);
  CHECK(strstr(jc_last_error()->location, "/limits/memory") != NULL);
  jc_solved_free(solved);
}

int main(void) {
  results_count();
  jc_patterns *patterns = jc_patterns_new();
  CHECK(jc_patterns_add(patterns, "mesh", 4, 6, 6, mesh_rows, mesh_columns) ==
        JC_DONE);
  jc_solved *solved;
  CHECK(jc_solve(problem, strlen(problem), patterns, NULL, 0, NULL, NULL,
                 &solved) == JC_DONE);
  jc_patterns_free(patterns);

  jc_program *program;
  CHECK(jc_prepare(solved, "{\"threads\": 0}", 14, &program) == JC_USAGE);
  CHECK(jc_prepare(NULL, NULL, 0, &program) == JC_USAGE && program == NULL);
  CHECK(jc_prepare(solved, NULL, 0, NULL) == JC_USAGE);
  CHECK(jc_prepare(solved, "{\"threads\": 2}", 14, &program) == JC_DONE);
  jc_solved_free(solved);

  static point at;
  at.program = program;
  at.failing = -1;
  const jc_functions functions = {entries, tangents, adjoints, &at};
  for (int seed = 0; seed < 1000; ++seed) {
    move(&at, seed);
    CHECK(jc_run(program, &functions) == JC_DONE);
    compare(&at, program, 0, 0, 4);
    compare(&at, program, 1, 2, 3);
    compare(&at, program, 2, 4, 4);
    compare(&at, program, 3, 1, 1);
  }

  /* What a function answers comes back, and the program goes on. */
  for (int64_t factor = 0; factor < 4; ++factor) {
    at.failing = factor;
    at.answer = 40 + (int)factor;
    CHECK(jc_run(program, &functions) == JC_FUNCTION_FAILED);
    const jc_error *error = jc_last_error();
    char number[8];
    snprintf(number, sizeof number, " %d", at.answer);
    CHECK(error->status == JC_FUNCTION_FAILED);
    CHECK(strstr(error->found, number) != NULL);
    CHECK(strncmp(error->location, factor == 2 ? "plan: /" : "problem: /",
                  factor == 2 ? 7 : 10) == 0);
  }
  at.failing = -1;
  CHECK(jc_run(program, &functions) == JC_DONE);
  compare(&at, program, 0, 0, 4);

  /* Functions that aren't there. */
  CHECK(jc_run(program, NULL) == JC_USAGE);
  const jc_functions without = {entries, NULL, NULL, &at};
  CHECK(jc_run(program, &without) == JC_USAGE);
  CHECK(strstr(jc_last_error()->found, "NULL for functions->") != NULL);
  CHECK(jc_run(NULL, &functions) == JC_USAGE);

  /* Factors and targets that aren't there. */
  int64_t i[64], j[64];
  double dense[64];
  CHECK(jc_factor_count(program, 4) == 0 && jc_factor_count(program, 5) == -1);
  CHECK(jc_factor_pattern(program, 4, NULL, NULL) == JC_DONE);
  CHECK(jc_factor_pattern(program, -1, i, j) == JC_USAGE);
  CHECK(jc_factor_pattern(program, 0, NULL, j) == JC_USAGE);
  CHECK(jc_target_count(program, 4, NULL, NULL) == -1);
  CHECK(jc_target_pattern(program, 4, i, j) == JC_USAGE);
  CHECK(jc_target_entries(program, 4) == NULL);
  CHECK(jc_target_dense(program, -1, dense) == JC_USAGE);
  CHECK(jc_target_dense(program, 0, NULL) == JC_USAGE);
  jc_program_free(program);
  jc_program_free(NULL);
  puts("engine: four targets at 1000 points");
  return 0;
}
