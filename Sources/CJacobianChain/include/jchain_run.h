/* libjchain_run: libjchain and, with it, the engine that carries a plan out on
   numbers. Link with one of the two libraries; this one has everything of the
   other.

   Prepare a solved problem once, then run it for as many points as there are:

       jc_program *program;
       jc_functions functions = {entries, tangents, adjoints, &my_tapes};
       if (jc_prepare(solved, NULL, 0, &program) == JC_DONE) {
         while (next_point(&my_tapes) && jc_run(program, &functions) == JC_DONE)
           jc_target_dense(program, 0, jacobian);
         jc_program_free(program);
       }

   Threads. Programs are independent of one another, but each may be used by one
   thread at a time. Everything else is as in jchain.h. */

#ifndef JCHAIN_RUN_H
#define JCHAIN_RUN_H

#include "jchain.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One more status: a function of the caller failed. */
enum { JC_FUNCTION_FAILED = 71 };

/* What the factors of a problem are. Each function gets `user` as it is, and the
   factor's position in the problem's "factors", from 0. It returns 0, or
   anything else to end the run. No exception of C++ and no longjmp may leave it.
   Functions that the plan doesn't need may be NULL.

   Blocks are dense, row by row, and hold anything before they are written. J is
   the factor's Jacobian at the point of this run, m × n. */
typedef struct jc_functions {
  /* Writes the entries of J, a given factor: `count` of them, in the order of
     jc_factor_pattern. */
  int (*entries)(void *user, int64_t factor, int64_t count, double *entries);
  /* block = J · seeds: seeds is n × width, block is m × width. */
  int (*tangents)(void *user, int64_t factor, int64_t width,
                  const double *seeds, double *block);
  /* block = seeds · J: seeds is width × m, block is width × n. */
  int (*adjoints)(void *user, int64_t factor, int64_t width,
                  const double *seeds, double *block);
  /* What the functions get as their first argument. */
  void *user;
} jc_functions;

/* A plan made ready to be run many times: memory, seeds and kernels are laid out
   beforehand, so that a run allocates nothing. */
typedef struct jc_program jc_program;

/* Prepares a plan.

   solved           may be freed afterwards
   options          a JSON object, options_length bytes; NULL or 0 bytes for none:
       "threads"        threads of large dense products, from 1 (default); they
                        are started and ended within a run
   out              takes the program, NULL without one. The caller frees it with
                    jc_program_free.

   O(steps + stored entries), and the colourings of the plan.

   Returns JC_DONE; JC_USAGE for NULL or a senseless option; JC_BAD_INPUT when the
   values don't fit into memory, or, results included, into the problem's limit. */
int jc_prepare(const jc_solved *solved, const char *options,
               size_t options_length, jc_program **out);

/* Frees a program; NULL is fine. */
void jc_program_free(jc_program *program);

/* Computes all targets.

   functions may be NULL when the plan needs none. They are called on this thread,
   in the order of the plan's steps; `entries` right before the entries are read.
   NaN and infinity are no errors.

   Returns JC_DONE; JC_FUNCTION_FAILED when a function returned anything but 0,
   with that number, the step and the factor in the error; JC_USAGE for NULL where
   something is needed. The targets then hold anything; the program can be run
   again. */
int jc_run(jc_program *program, const jc_functions *functions);

/* The number of entries of a factor that jc_functions.entries writes: those of
   its pattern, 0 for identity and selection, which need none. -1 for NULL and for
   a factor that isn't there. */
int64_t jc_factor_count(const jc_program *program, int64_t factor);

/* Where these entries are: row and column of each, from 0, in their order; arrays
   of jc_factor_count numbers. Dense factors are stored row by row, others row by
   row or diagonal by diagonal.

   O(m + entries). Returns JC_DONE, or JC_USAGE. */
int jc_factor_pattern(const jc_program *program, int64_t factor,
                      int64_t *row_indices, int64_t *column_indices);

/* The number of entries of a target that may be nonzero; its shape goes to rows
   and columns, which may be NULL. -1 for NULL and for a target that isn't there. */
int64_t jc_target_count(const jc_program *program, int64_t target,
                        int64_t *rows, int64_t *columns);

/* Where these entries are, as jc_factor_pattern.

   O(m + entries). Returns JC_DONE, or JC_USAGE. */
int jc_target_pattern(const jc_program *program, int64_t target,
                      int64_t *row_indices, int64_t *column_indices);

/* What the last run made of a target: jc_target_count entries in the order of
   jc_target_pattern, in place. They live until the next run or until
   jc_program_free; before the first run they are 0 (but for known ones). NULL for
   NULL and for a target that isn't there. */
const double *jc_target_entries(const jc_program *program, int64_t target);

/* The same, as all m · n entries of the Jacobian, row by row, into an array of the
   caller.

   O(m · n). Returns JC_DONE, or JC_USAGE. */
int jc_target_dense(const jc_program *program, int64_t target,
                    double *jacobian);

#ifdef __cplusplus
}
#endif

#endif
