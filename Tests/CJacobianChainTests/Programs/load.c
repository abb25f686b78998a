/* load CALLS: many calls, many threads, a callback that ends a search, a fork; and
   no memory that isn't given back. */
#include "check.h"

#include <pthread.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { threads = 64 };

static const char two[] =
    "{\"format\": \"jacobian-chain/1\", \"factors\": ["
    "{\"rows\": 4, \"columns\": 5, \"structure\": {\"sparse\": "
    "{\"pattern\": \"p\"}}}, {\"rows\": 3, \"columns\": 4, \"tangent\": 9, "
    "\"adjoint\": 8}]}";

static jc_patterns *shared(void) {
  const int64_t rows[] = {0, 0, 0, 0, 1, 2, 3}, columns[] = {0, 1, 2, 3, 0, 1, 2};
  jc_patterns *patterns = jc_patterns_new();
  CHECK(jc_patterns_add(patterns, "p", 4, 5, 7, rows, columns) == JC_DONE);
  return patterns;
}

/* One of everything. */
static void use(const jc_patterns *patterns) {
  jc_solved *solved, *checked;
  CHECK(solve(SIX, NULL, &solved) == JC_DONE);
  size_t length, count;
  const char *json = jc_solved_json(solved, &length);
  CHECK(strstr(json, "\"fma\": 15125") != NULL);
  CHECK(jc_solved_json(solved, NULL) == json);
  CHECK(jc_solved_text(solved, 80, NULL) == jc_solved_text(solved, 0, NULL));
  CHECK(jc_solved_steps(solved, &count) != NULL && count == 11);
  const char *code;
  const int64_t *pairs;
  CHECK(jc_solved_code(solved, "numpy", &code, &count) == JC_DONE);
  CHECK(strlen(code) == count);
  CHECK(jc_solved_path(solved, 0, &pairs, &count) == JC_DONE && count == 5);
  CHECK(jc_check(SIX, strlen(SIX), json, length, NULL, NULL, 0, NULL, NULL,
                 &checked) == JC_DONE);
  jc_solved_free(checked);
  jc_solved_free(solved);
  CHECK(jc_solve(two, strlen(two), patterns, NULL, 0, NULL, NULL, &solved) ==
        JC_DONE);
  CHECK(strlen(jc_solved_html(solved, &length)) == length);
  jc_solved_free(solved);
  CHECK(solve("{\"format\": 0}", NULL, &solved) == JC_BAD_INPUT);
  CHECK(strcmp(jc_last_error()->location, "problem: /format") == 0);
  const int64_t dimensions[] = {2, 3, 4};
  int64_t products[2], colours[2];
  CHECK(jc_dense_order(2, dimensions, products, NULL) == JC_DONE);
  CHECK(jc_dense_path(2, dimensions, NULL, products) == JC_DONE);
  CHECK(jc_colours(2, 2, 2, dimensions, dimensions, JC_ROWS, colours, NULL) ==
        JC_BAD_INPUT);
  jc_patterns_free(shared());
}

/* Bytes of memory that the process has at hand. */
static long resident(void) {
  long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file == NULL) return 0;
  CHECK(fscanf(file, "%*d %ld", &pages) == 1);
  fclose(file);
  return pages * sysconf(_SC_PAGESIZE);
}

static void many_calls(int calls) {
  jc_patterns *patterns = shared();
  const int warm = calls / 10;
  long before = 0;
  double start = seconds();
  for (int k = 0; k < calls; ++k) {
    if (k == warm) before = resident();
    jc_solved *solved;
    CHECK(solve(SIX, NULL, &solved) == JC_DONE);
    jc_solved_free(solved);
    if (k % 10 == 0) use(patterns);
  }
  long grown = resident() - before;
  jc_patterns_free(patterns);
  printf("load: %d calls in %.1f s, memory grew by %ld KiB\n", calls,
         seconds() - start, grown / 1024);
#ifdef __SANITIZE_ADDRESS__
  /* The sanitizer keeps what was given back for a while, and tells of leaks itself. */
  (void)grown;
#else
  CHECK(grown < 1 << 20);
#endif
}

static void *work(void *argument) {
  for (int k = 0; k < 20; ++k) use(argument);
  /* Another thread's success doesn't clear this thread's error. */
  jc_solved *solved;
  CHECK(solve("[", NULL, &solved) == JC_BAD_INPUT);
  CHECK(strcmp(jc_last_error()->location, "problem:1:2") == 0);
  return NULL;
}

static void many_threads(void) {
  jc_patterns *patterns = shared();
  pthread_t running[threads];
  for (int k = 0; k < threads; ++k)
    CHECK(pthread_create(&running[k], NULL, work, patterns) == 0);
  for (int k = 0; k < threads; ++k) CHECK(pthread_join(running[k], NULL) == 0);
  jc_patterns_free(patterns);
  printf("load: %d threads at once\n", threads);
}

/* Thirty factors in fifteen overlapping targets under a tight tape: days of work
   for a proof. */
static char *hard(void) {
  enum { q = 60 };
  char *text = malloc(1 << 16), *end = text;
  CHECK(text != NULL);
  end += sprintf(end, "{\"format\": \"jacobian-chain/1\", \"factors\": [");
  for (int k = 0; k < q; ++k)
    end += sprintf(end,
                   "%s{\"name\": \"F%d\", \"rows\": %d, \"columns\": %d, "
                   "\"tangent\": 5000, \"adjoint\": 9000, \"tape\": 77}",
                   k ? ", " : "", k, 1 + (k + 1) % q * 7919 % 97,
                   1 + k * 7919 % 97);
  end += sprintf(end, "], \"limits\": {\"tapeTotal\": 700}, \"targets\": [");
  for (int first = 0; first < q / 2; first += 2) {
    end += sprintf(end, first ? ", [" : "[");
    for (int k = first + q / 2 - 1; k >= first; --k)
      end += sprintf(end, "\"F%d\"%s", k, k > first ? ", " : "]");
  }
  sprintf(end, "]}");
  return text;
}

static int counted(const char *json, size_t length, void *user) {
  CHECK(strlen(json) == length && strstr(json, "\"explored\":") != NULL);
  /* A callback may use the library itself. */
  int64_t products[2];
  const int64_t dimensions[] = {2, 3, 4};
  CHECK(jc_dense_order(2, dimensions, products, NULL) == JC_DONE);
  CHECK(jc_dense_path(2, dimensions, NULL, products) == JC_DONE);
  int *calls = user;
  return ++*calls == 3;
}

static void cancelled(void) {
  char *problem = hard();
  jc_solved *solved;
  int calls = 0;
  double start = seconds();
  int status = jc_solve(problem, strlen(problem), NULL, NULL, 0, counted, &calls,
                        &solved);
  printf("load: cancelled after %.2f s and %d calls of the callback\n",
         seconds() - start, calls);
  CHECK(status == JC_INTERRUPTED && calls == 3);
  CHECK(solved != NULL && jc_last_error() == NULL);
  CHECK(strstr(jc_solved_json(solved, NULL), "\"stopReason\": \"interrupted\""));
  CHECK(seconds() - start < 20);
  jc_solved_free(solved);

  start = seconds();
  status = jc_solve(problem, strlen(problem), NULL, "{\"timeLimit\": 0.3}", 18,
                    NULL, NULL, &solved);
  CHECK(status == JC_LIMIT_REACHED && solved != NULL);
  CHECK(strstr(jc_solved_json(solved, NULL), "\"stopReason\": \"timeLimit\""));
  CHECK(seconds() - start > 0.3 && seconds() - start < 20);
  jc_solved_free(solved);
  free(problem);
}

static void in_a_child(void) {
  pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    jc_patterns *patterns = shared();
    use(patterns);
    many_threads();
    jc_patterns_free(patterns);
    fflush(stdout);
    _exit(0);
  }
  int status = -1;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(int argc, char **argv) {
  CHECK(argc == 2);
  in_a_child(); /* before the first use */
  many_threads();
  in_a_child(); /* and after it */
  many_calls(atoi(argv[1]));
  cancelled();
  return 0;
}
