/* What the programs share: a check that says where, and the clock. */
#ifndef CHECK_H
#define CHECK_H

#include <jchain.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CHECK(condition)                                                  \
  do {                                                                    \
    if (!(condition)) {                                                   \
      const jc_error *error = jc_last_error();                            \
      fprintf(stderr, "%s:%d: %s\n%s\n", __FILE__, __LINE__, #condition,  \
              error != NULL ? error->message : "(no error)");             \
      exit(1);                                                            \
    }                                                                     \
  } while (0)

static inline double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Six given dense factors, whose optimum is 15125 fma (CLRS). */
#define SIX                                                               \
  "{\"format\": \"jacobian-chain/1\", \"factors\": ["                     \
  "{\"rows\": 35, \"columns\": 30}, {\"rows\": 15, \"columns\": 35}, "    \
  "{\"rows\": 5, \"columns\": 15}, {\"rows\": 10, \"columns\": 5}, "      \
  "{\"rows\": 20, \"columns\": 10}, {\"rows\": 25, \"columns\": 20}]}"

static inline int solve(const char *problem, const char *options,
                        jc_solved **out) {
  return jc_solve(problem, strlen(problem), NULL, options,
                  options != NULL ? strlen(options) : 0, NULL, NULL, out);
}

#endif
