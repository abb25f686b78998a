/* What a caller can do wrong: statuses and errors with all their parts, and never
   a crash. */
#include "check.h"

/* The latest call was refused so, at that place. */
static void refused(int status, int expected, const char *location) {
  const jc_error *error = jc_last_error();
  CHECK(error != NULL);
  CHECK(status == expected && error->status == status);
  CHECK(strcmp(error->location, location) == 0);
  const char *parts[] = {error->kind,  error->location, error->expected,
                         error->found, error->advice,   error->message};
  for (size_t k = 0; k < sizeof parts / sizeof *parts; ++k)
    CHECK(parts[k] != NULL && parts[k][0] != 0);
  CHECK(strstr(error->message, error->advice) != NULL);
}

static void refuses(const char *problem, const char *options, int status,
                    const char *location) {
  jc_solved *solved = (jc_solved *)&solved;
  refused(solve(problem, options, &solved), status, location);
  CHECK(solved == NULL);
}

static void arguments(void) {
  jc_solved *solved;
  refused(jc_solve(NULL, 5, NULL, NULL, 0, NULL, NULL, &solved), JC_USAGE,
          "problem");
  refused(jc_solve(SIX, (size_t)-1, NULL, NULL, 0, NULL, NULL, &solved),
          JC_USAGE, "problem_length");
  refused(jc_solve(SIX, strlen(SIX), NULL, NULL, 7, NULL, NULL, &solved),
          JC_USAGE, "options");
  refused(jc_solve(SIX, strlen(SIX), NULL, NULL, 0, NULL, NULL, NULL), JC_USAGE,
          "out");
  refused(jc_check(SIX, strlen(SIX), NULL, 0, NULL, NULL, 0, NULL, NULL,
                   &solved),
          JC_USAGE, "plan");
  CHECK(solve(SIX, NULL, &solved) == JC_DONE && jc_last_error() == NULL);
  jc_solved_free(solved);
  jc_solved_free(NULL);
  jc_patterns_free(NULL);
  size_t length = 7;
  CHECK(jc_solved_json(NULL, &length) == NULL && length == 0);
  CHECK(jc_solved_text(NULL, 80, NULL) == NULL);
  CHECK(jc_solved_html(NULL, NULL) == NULL);
  CHECK(jc_solved_steps(NULL, NULL) == NULL);
  CHECK(jc_solved_targets(NULL, NULL) == NULL);
}

static void options(void) {
  refuses(SIX, "{", JC_USAGE, "options:1:2");
  refuses(SIX, "[]", JC_USAGE, "options: /");
  refuses(SIX, "{\"solvr\": 1}", JC_USAGE, "options: /solvr");
  refuses(SIX, "{\"timeLimit\": 0}", JC_USAGE, "options: /timeLimit");
  refuses(SIX, "{\"timeLimit\": \"1\"}", JC_USAGE, "options: /timeLimit");
  refuses(SIX, "{\"gap\": 100}", JC_USAGE, "options: /gap");
  refuses(SIX, "{\"nodeLimit\": 0}", JC_USAGE, "options: /nodeLimit");
  refuses(SIX, "{\"machines\": 0}", JC_USAGE, "options: /machines");
  refuses(SIX, "{\"tapeLimit\": -1}", JC_USAGE, "options: /tapeLimit");
  refuses(SIX, "{\"file\": \"\"}", JC_USAGE, "options: /file");
  refuses(SIX, "{\"profile\": \"\"}", JC_USAGE, "options: /profile");
  refuses(SIX, "{\"profile\": \"-\"}", JC_USAGE, "./-");
  refuses(SIX, "{\"objective\": \"fam\"}", JC_USAGE, "options: /objective");
  refuses(SIX, "{\"solver\": \"magic\"}", JC_UNAVAILABLE, "options: /solver");
  refuses(SIX, "{\"solver\": \"hu-shing\", \"objective\": \"makespan\"}",
          JC_UNAVAILABLE, "options: /solver");
  jc_solved *solved;
  CHECK(solve(SIX, "{\"timeLimit\": 1e300, \"gap\": 0, \"machines\": 2}",
              &solved) == JC_DONE);
  CHECK(strstr(jc_solved_json(solved, NULL), "\"machines\": {"));
  jc_solved_free(solved);
  CHECK(solve(SIX, "{\"baselines\": false}", &solved) == JC_DONE);
  CHECK(strstr(jc_solved_json(solved, NULL), "\"fma\": 15125"));
  CHECK(!strstr(jc_solved_json(solved, NULL), "\"baselines\""));
  CHECK(strstr(jc_solved_text(solved, 80, NULL), "not asked for"));
  CHECK(strstr(jc_solved_html(solved, NULL), "not asked for"));
  jc_solved_free(solved);
  CHECK(solve(SIX, "{\"baselines\": false, \"objective\": \"makespan\"}",
              &solved) == JC_DONE);
  CHECK(strstr(jc_solved_json(solved, NULL), "\"schedule\": ["));
  CHECK(jc_solved_text(solved, 80, NULL) && jc_solved_html(solved, NULL));
  jc_solved_free(solved);
  /* A check takes no options of a search. */
  const char *words = "{\"solver\": \"auto\"}";
  refused(jc_check(SIX, strlen(SIX), "{}", 2, NULL, words, strlen(words), NULL,
                   NULL, &solved),
          JC_USAGE, "options: /solver");
}

#define SPARSE(pattern)                                                      \
  "{\"format\": \"jacobian-chain/1\", \"factors\": [{\"rows\": 2, "         \
  "\"columns\": 3, \"structure\": {\"sparse\": " pattern "}}]}"

static void files(void) {
  refuses(SPARSE("{\"file\": \"mesh.mtx\"}"), NULL, JC_BAD_INPUT,
          "problem: /factors/0/structure/sparse/file");
  refuses(SPARSE("{\"file\": \"mesh.mtx\"}"), "{\"file\": \"no/such.json\"}",
          JC_NO_INPUT, "no/such.json: /factors/0/structure/sparse/file");
  refuses(SPARSE("{\"file\": \"/etc/passwd\"}"), "{\"file\": \"x.json\"}",
          JC_BAD_INPUT, "x.json: /factors/0/structure/sparse/file");
  refuses(SPARSE("{\"pattern\": \"mesh\"}"), NULL, JC_BAD_INPUT,
          "problem: /factors/0/structure/sparse/pattern");
}

static void patterns(void) {
  const int64_t rows[] = {0, 1}, columns[] = {2, 0}, outside[] = {2, 3};
  jc_patterns *set = jc_patterns_new();
  refused(jc_patterns_add(NULL, "a", 2, 3, 2, rows, columns), JC_USAGE,
          "patterns");
  refused(jc_patterns_add(set, NULL, 2, 3, 2, rows, columns), JC_USAGE, "name");
  refused(jc_patterns_add(set, "\xff", 2, 3, 2, rows, columns), JC_USAGE,
          "name");
  refused(jc_patterns_add(set, "a", 0, 3, 2, rows, columns), JC_BAD_INPUT,
          "rows");
  refused(jc_patterns_add(set, "a", 2, INT64_MAX, 2, rows, columns),
          JC_BAD_INPUT, "columns");
  refused(jc_patterns_add(set, "a", 2, 3, -1, rows, columns), JC_USAGE,
          "count");
  refused(jc_patterns_add(set, "a", 2, 3, INT64_MAX, rows, columns),
          JC_BAD_INPUT, "count");
  refused(jc_patterns_add(set, "a", 1LL << 40, 3, 2, rows, columns),
          JC_BAD_INPUT, "rows");
  refused(jc_patterns_add(set, "a", 2, 3, 2, NULL, columns), JC_USAGE,
          "row_indices");
  refused(jc_patterns_add(set, "a", 2, 3, 2, rows, outside), JC_BAD_INPUT,
          "column_indices[1]");
  CHECK(jc_patterns_add(set, "a", 2, 3, 2, rows, columns) == JC_DONE);
  refused(jc_patterns_add(set, "a", 2, 3, 2, rows, columns), JC_BAD_INPUT,
          "name");
  CHECK(jc_patterns_add(set, "empty", 2, 3, 0, NULL, NULL) == JC_DONE);

  jc_solved *solved;
  const char *problem = SPARSE("{\"pattern\": \"a\"}");
  CHECK(jc_solve(problem, strlen(problem), set, NULL, 0, NULL, NULL, &solved) ==
        JC_DONE);
  jc_patterns_free(set);
  CHECK(strstr(jc_solved_html(solved, NULL), "</html>"));
  jc_solved_free(solved);

  /* An arrow: its first row and column are full. */
  const int64_t i[] = {0, 0, 0, 0, 1, 2, 3}, j[] = {0, 1, 2, 3, 0, 1, 2};
  int64_t colours[5] = {9, 9, 9, 9, 9}, number = 9;
  refused(jc_colours(4, 5, 7, i, j, 2, colours, &number), JC_USAGE, "side");
  refused(jc_colours(4, 5, 7, i, j, JC_ROWS, NULL, &number), JC_USAGE,
          "colours");
  CHECK(colours[0] == 9 && number == 9);
  CHECK(jc_colours(4, 5, 7, i, j, JC_COLUMNS, colours, &number) == JC_DONE);
  CHECK(number == 4 && colours[4] == -1);
  CHECK(jc_colours(4, 5, 7, i, j, JC_ROWS, colours, NULL) == JC_DONE);
  CHECK(colours[1] == colours[2] && colours[0] != colours[1]);
  CHECK(jc_colours(4, 5, 0, NULL, NULL, JC_ROWS, colours, &number) == JC_DONE);
  CHECK(number == 0 && colours[0] == -1);
}

static void dense_orders(void) {
  const int64_t dimensions[] = {30, 35, 15, 5, 10, 20, 25};
  int64_t products[10];
  uint64_t fma;
  CHECK(jc_dense_order(6, dimensions, products, &fma) == JC_DONE);
  CHECK(fma == 15125 && products[8] == 9 && products[9] == 7);
  CHECK(jc_dense_order(1, dimensions, NULL, &fma) == JC_DONE && fma == 0);
  refused(jc_dense_order(0, dimensions, products, &fma), JC_USAGE, "count");
  refused(jc_dense_order(6, NULL, products, &fma), JC_USAGE, "dimensions");
  refused(jc_dense_order(6, dimensions, NULL, &fma), JC_USAGE, "products");
  int64_t wide[] = {30, 0, 15};
  refused(jc_dense_order(2, wide, products, &fma), JC_BAD_INPUT,
          "dimensions[1]");
  for (int k = 0; k < 3; ++k) wide[k] = 1LL << 40;
  CHECK(jc_dense_order(2, wide, products, &fma) == JC_DONE);
  CHECK(fma == UINT64_MAX && products[0] == 1 && products[1] == 0);
}

static void programs(void) {
  jc_solved *solved, *free_of_matrices;
  const char *code, *again;
  size_t length;
  CHECK(solve(SIX, NULL, &solved) == JC_DONE);
  const char *languages[] = {"numpy", "jax", "swift", "einsum"};
  for (int k = 0; k < 4; ++k) {
    CHECK(jc_solved_code(solved, languages[k], &code, &length) == JC_DONE);
    CHECK(strlen(code) == length && code[length - 1] == '\n');
    CHECK(strstr(code, "15 125 fma") != NULL && strstr(code, "jacobian"));
    CHECK(jc_solved_code(solved, languages[k], &again, NULL) == JC_DONE);
    CHECK(again == code);
  }
  refused(jc_solved_code(solved, "fortran", &code, &length), JC_USAGE,
          "language");
  CHECK(code == NULL && length == 0);
  refused(jc_solved_code(solved, NULL, &code, &length), JC_USAGE, "language");
  refused(jc_solved_code(solved, "jax", NULL, &length), JC_USAGE, "code");
  refused(jc_solved_code(NULL, "jax", &code, &length), JC_USAGE, "solved");

  const int64_t *pairs;
  CHECK(jc_solved_path(solved, 0, &pairs, &length) == JC_DONE && length == 5);
  int64_t cost = 0, sizes[6][2] = {{25, 20}, {20, 10}, {10, 5},
                                   {5, 15},  {15, 35}, {35, 30}};
  int left = 6;
  for (int k = 0; k < 5; ++k) {
    int64_t a = pairs[2 * k], b = pairs[2 * k + 1];
    CHECK(0 <= a && a < b && b < left);
    int64_t outer[2] = {sizes[a][0], sizes[a][1]},
            inner[2] = {sizes[b][0], sizes[b][1]};
    if (outer[1] != inner[0]) {
      int64_t other[2] = {outer[0], outer[1]};
      memcpy(outer, inner, sizeof outer);
      memcpy(inner, other, sizeof inner);
    }
    CHECK(outer[1] == inner[0]);
    cost += outer[0] * outer[1] * inner[1];
    for (int64_t i = b; i + 1 < left; ++i) memcpy(sizes[i], sizes[i + 1], 16);
    --left;
    for (int64_t i = a; i + 1 < left; ++i) memcpy(sizes[i], sizes[i + 1], 16);
    sizes[left - 1][0] = outer[0];
    sizes[left - 1][1] = inner[1];
  }
  CHECK(cost == 15125);
  refused(jc_solved_path(solved, 1, &pairs, &length), JC_USAGE, "target");
  CHECK(pairs == NULL && length == 0);
  refused(jc_solved_path(solved, -1, &pairs, &length), JC_USAGE, "target");
  refused(jc_solved_path(NULL, 0, &pairs, &length), JC_USAGE, "solved");
  refused(jc_solved_path(solved, 0, NULL, &length), JC_USAGE, "pairs");
  refused(jc_solved_path(solved, 0, &pairs, NULL), JC_USAGE, "count");
  jc_solved_free(solved);

  CHECK(solve("{\"format\": \"jacobian-chain/1\", \"factors\": [{\"rows\": 3, "
              "\"columns\": 9}, {\"rows\": 9, \"columns\": 3, \"tangent\": 1, "
              "\"adjoint\": 1}]}",
              NULL, &free_of_matrices) == JC_DONE);
  refused(jc_solved_code(free_of_matrices, "einsum", &code, &length),
          JC_UNAVAILABLE, "plan: /steps/1");
  refused(jc_solved_path(free_of_matrices, 0, &pairs, &length), JC_UNAVAILABLE,
          "plan: /steps/1");
  jc_solved_free(free_of_matrices);

  const int64_t dimensions[] = {10, 1, 10, 1}, turned[] = {2, 1, 0};
  int64_t path[4];
  CHECK(jc_dense_path(3, dimensions, NULL, path) == JC_DONE);
  CHECK(path[0] == 1 && path[1] == 2 && path[2] == 0 && path[3] == 1);
  CHECK(jc_dense_path(3, dimensions, turned, path) == JC_DONE);
  CHECK(path[0] == 0 && path[1] == 1 && path[2] == 0 && path[3] == 1);
  CHECK(jc_dense_path(1, dimensions, NULL, NULL) == JC_DONE);
  const int64_t twice[] = {0, 0, 1}, beyond[] = {0, 1, 3};
  refused(jc_dense_path(3, dimensions, twice, path), JC_USAGE, "operands[1]");
  refused(jc_dense_path(3, dimensions, beyond, path), JC_USAGE, "operands[2]");
  refused(jc_dense_path(3, dimensions, NULL, NULL), JC_USAGE, "pairs");
  refused(jc_dense_path(3, NULL, NULL, path), JC_USAGE, "dimensions");
}

/* Every beginning of a problem, and every byte of it replaced. */
static void documents(void) {
  const char *whole =
      "{\"format\": \"jacobian-chain/1\", \"patterns\": {\"p\": {\"rows\": 3, "
      "\"columns\": 2, \"rowIndices\": [0, 2], \"columnIndices\": [1, 0]}}, "
      "\"factors\": [{\"name\": \"a\", \"rows\": 2, \"columns\": 3, "
      "\"tangent\": 5, \"adjoint\": 7, \"tape\": 2}, {\"name\": \"b\", "
      "\"rows\": 3, \"columns\": 2, \"structure\": {\"sparse\": {\"pattern\": "
      "\"p\"}}}], \"targets\": [[\"b\", \"a\"], [\"a\", \"b\", \"a\"]], "
      "\"limits\": {\"tapeTotal\": 9}}";
  const char bytes[] = {'0', '9', '-', '"', '{', '}', '[', ']', ',', 'e',
                        'a', ' ', 0,   1,   '\\', (char)0xff};
  const size_t length = strlen(whole);
  const char *plan = "{\"format\": \"jacobian-chain-plan/1\", \"steps\": [], "
                     "\"targets\": []}";
  char *text = malloc(length);
  CHECK(text != NULL);
  int solved_count = 0;
  for (size_t k = 0; k <= length * sizeof bytes; ++k) {
    const size_t place = k / sizeof bytes;
    const int cut = k % sizeof bytes == 0;
    memcpy(text, whole, length);
    if (!cut) text[place] = bytes[k % sizeof bytes];
    jc_solved *solved;
    int status = jc_solve(text, cut ? place : length, NULL,
                          "{\"nodeLimit\": 50}", 17, NULL, NULL, &solved);
    CHECK((status == JC_DONE || status == JC_LIMIT_REACHED) == (solved != NULL));
    if (solved != NULL) {
      ++solved_count;
      CHECK(jc_last_error() == NULL && jc_solved_json(solved, NULL) != NULL);
      CHECK(jc_solved_text(solved, 100, NULL) != NULL);
      jc_solved_free(solved);
    } else {
      CHECK(strncmp(jc_last_error()->location, "problem", 7) == 0);
    }
    status = jc_check(text, cut ? place : length, plan, strlen(plan), NULL,
                      NULL, 0, NULL, NULL, &solved);
    CHECK(status == JC_BAD_INPUT && solved == NULL);
  }
  free(text);
  CHECK(solved_count > 10);

  /* Containers in containers, and a problem that asks for the moon. */
  size_t depth = 1000000;
  text = malloc(depth);
  CHECK(text != NULL);
  memset(text, '[', depth);
  jc_solved *solved;
  CHECK(jc_solve(text, depth, NULL, NULL, 0, NULL, NULL, &solved) ==
        JC_BAD_INPUT);
  CHECK(jc_solve("{}", 2, NULL, text, depth, NULL, NULL, &solved) == JC_USAGE);
  free(text);
  refuses("{\"format\": \"jacobian-chain/1\", \"factors\": [{\"rows\": "
          "1099511627776, \"columns\": 1, \"structure\": {\"sparse\": "
          "{\"rowIndices\": [], \"columnIndices\": []}}}]}",
          NULL, JC_BAD_INPUT, "problem: /factors/0/structure/sparse");
}

static void disagreement(void) {
  jc_solved *solved, *checked;
  CHECK(solve(SIX, NULL, &solved) == JC_DONE);
  size_t length;
  const char *json = jc_solved_json(solved, &length);
  char *claim = malloc(length + 1);
  CHECK(claim != NULL);
  memcpy(claim, json, length + 1);
  memcpy(strstr(claim, "15125"), "15124", 5);
  refused(jc_check(SIX, strlen(SIX), claim, length, NULL, NULL, 0, NULL, NULL,
                   &checked),
          JC_DISAGREEMENT, "plan: /cost/fma");
  CHECK(checked == NULL);
  free(claim);
  jc_solved_free(solved);
}

int main(void) {
  CHECK(strcmp(jc_version(), JC_VERSION) == 0);
  CHECK(jc_last_error() == NULL);
  arguments();
  options();
  files();
  patterns();
  dense_orders();
  programs();
  documents();
  disagreement();
  puts("hostile: every refusal has its place and all its parts");
  return 0;
}
