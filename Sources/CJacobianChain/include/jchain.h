/* libjchain: the cheapest order of multiplication for a product of Jacobians.

   A problem (JSON, "jacobian-chain/1") in, a checked and priced plan out: as
   JSON ("jacobian-chain-report/1", what `jchain plan --format json` prints), as
   arrays of C structs, as text and as HTML. No numbers are multiplied here.

       jc_solved *solved = NULL;
       int status = jc_solve(problem, strlen(problem), NULL, NULL, 0, NULL, NULL,
                             &solved);
       if (solved != NULL) puts(jc_solved_json(solved, NULL));
       else fprintf(stderr, "%s\n", jc_last_error()->message);
       jc_solved_free(solved);

   Text is UTF-8. Lengths are bytes; texts that go in need no 0 at their end,
   texts that come out have one, which their length doesn't count. Prices are
   counted in fma, a fused multiply-add; FLOPs are twice that.

   Ownership. What a jc_…_new, jc_solve or jc_check makes is the caller's, until
   the matching jc_…_free; every other pointer belongs to the handle it came
   from and lives as long. Nothing that is passed in is kept after a call
   returns: texts, arrays and callbacks may go away.

   Threads. Every function may be called on any number of threads at once. A
   jc_solved may be read by several threads at once; a jc_patterns may be used
   by several solves at once, but not while names are added to it. The last
   error is each thread's own.

   Processes. The library starts no threads, installs no signal handlers, opens
   no files but those that a problem names, and writes to none. After a fork the
   child may use it if no other thread of the parent was inside a call: always
   when the library hasn't been used yet. It can't be unloaded: dlclose leaves
   it in place.

   Memory. Sizes that a problem asks for are refused before they are taken
   (JC_BAD_INPUT); if the system then has no memory after all, the process
   ends, as in every Swift program. */

#ifndef JCHAIN_H
#define JCHAIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this header, as of libjchain's file name. Before 1.0 a minor
   version may change functions; the SONAME has major and minor. */
#define JC_VERSION "0.1.0"

/* What a call came to: the exit statuses of the command. */
enum {
  /* Done. */
  JC_DONE = 0,
  /* A call that can't be meant: NULL where something is needed, a negative
     count, an unknown or senseless option. */
  JC_USAGE = 64,
  /* A problem, plan or pattern that the format refuses; limits that no plan
     can keep; or more than fits into memory. */
  JC_BAD_INPUT = 65,
  /* A pattern file that isn't there or can't be read. */
  JC_NO_INPUT = 66,
  /* No solver here can do what was asked. */
  JC_UNAVAILABLE = 69,
  /* What must agree doesn't: a plan and what its report claims. */
  JC_DISAGREEMENT = 70,
  /* A limit ended the search. */
  JC_LIMIT_REACHED = 75,
  /* The progress callback ended the search. */
  JC_INTERRUPTED = 130
};

/* The version of the library, "0.1.0". It lives for ever. */
const char *jc_version(void);

/* ---- Errors ------------------------------------------------------------- */

/* A refusal in its five parts. No part is NULL, none has a 0 inside. */
typedef struct jc_error {
  /* JC_USAGE, JC_BAD_INPUT, … */
  int status;
  /* The family: malformed, infeasible, invalidPlan, disagreement, tooLarge,
     unsupported, missingFile, limitReached or interrupted. */
  const char *kind;
  /* Where: the document and the place in it as a JSON pointer (RFC 6901),
     "problem: /factors/3/columns", "plan: /steps/4", "options: /solver"; a
     mistake of syntax as "problem:3:14", line and column from 1; an argument
     of the call by its name, "row_indices[7]". The option "file" puts a
     file's name in the place of "problem". */
  const char *location;
  /* What would have been right there. */
  const char *expected;
  /* What stood there. */
  const char *found;
  /* What to do about it. */
  const char *advice;
  /* All of it, for people, in four lines. */
  const char *message;
} jc_error;

/* Why the latest call on this thread that returns a status gave no result;
   NULL when it gave one (JC_LIMIT_REACHED and JC_INTERRUPTED with a plan are
   no errors). It belongs to the thread, until the next such call on it or
   until the thread ends. */
const jc_error *jc_last_error(void);

/* ---- Patterns ----------------------------------------------------------- */

/* Nonzero patterns by name, in place of lists of indices in a problem: a
   factor with "structure": {"sparse": {"pattern": "mesh"}} has the pattern
   "mesh". A name that the problem's own "patterns" has, too, is refused.
   Colours of a pattern are found once and kept with it, so that one
   jc_patterns for many solves is cheaper than one for each. */
typedef struct jc_patterns jc_patterns;

/* An empty set. The caller frees it with jc_patterns_free. */
jc_patterns *jc_patterns_new(void);

/* Frees a set; NULL is fine. What was solved with it stays as it is. */
void jc_patterns_free(jc_patterns *patterns);

/* Adds the pattern of a rows × columns matrix (both from 1 to 2^40) that may
   have nonzeros at (row_indices[k], column_indices[k]), 0 ≤ k < count: counted
   from 0, in any order, repetitions count once. The arrays (NULL when count is
   0) and the name (UTF-8, ended by 0) are copied.

   O(rows + count log(entries per row)) time and memory.

   Returns JC_DONE; JC_USAGE for NULL and for a negative count; JC_BAD_INPUT
   for an index outside the shape, for a name that is there already, and for
   more than 2^26 rows, columns or entries. The set is then as it was. */
int jc_patterns_add(jc_patterns *patterns, const char *name, int64_t rows,
                    int64_t columns, int64_t count, const int64_t *row_indices,
                    const int64_t *column_indices);

/* ---- Solving ------------------------------------------------------------ */

/* Told how far a search has come, and asked whether to go on: 0 does, anything
   else ends it with what there is. Called at the beginning and then at most
   twenty times a second, on the thread that called jc_solve or jc_check, from
   within it.

   json is an object of `length` bytes (and a 0 behind them) that lives until
   the callback returns. Keys that aren't known are absent: "share" of the work
   that is done, 0 to 1; "incumbent", the price of the best plan so far, and
   "bound", which no plan goes below, in the unit of the objective, above 2^53
   as decimal strings; "gap", (incumbent - bound) / incumbent; "explored",
   nodes or states so far.

   It must return: no exception of C++ and no longjmp may leave it. It may call
   any function of this library. */
typedef int (*jc_progress)(const char *json, size_t length, void *user);

/* A problem with its plan, checked, priced and held against forward, reverse
   and the best single split. It never changes. */
typedef struct jc_solved jc_solved;

/* Chooses the order for a problem.

   problem           a "jacobian-chain/1" document, problem_length bytes
   patterns          patterns that it names; may be NULL
   options           a JSON object, options_length bytes; NULL or 0 bytes for
                     no options. All keys are optional:
       "solver"             "auto" (default) or the name of a solver
       "objective"          "fma" (default), "makespan" or "time"
       "profile"            path of the file of `jchain calibrate` by which
                            "time" predicts nanoseconds, a built-in one
                            without it; with it "makespan" is in nanoseconds
       "machines"           number of machines, in place of the problem's limit
       "tapeLimit"          most memory units that one adjoint step may tape,
                            in place of the problem's limits.tapePerStep
       "timeLimit"          seconds, above 0, after which the search ends
       "nodeLimit"          most nodes of a search, from 1
       "gap"                percent, 0 to below 100: a plan that is proven to
                            be that close to the best one is good enough
       "baselines"          false leaves out forward, reverse and the best split,
                            and what machines make of a plan that wasn't chosen
                            for them: pricing those takes longer than to solve a
                            small problem
       "file"               the path that the problem was read from: relative
                            paths of files that it names start at its folder,
                            and errors name it. Without it a problem that
                            names files of patterns is refused.
       "allowOutsideFiles"  true lets those files lie outside that folder
   progress, user    may be NULL; user is handed to progress as it is
   out               takes the result, NULL without one. The caller frees it
                     with jc_solved_free.

   The same problem and options give the same plan and, seconds apart, the same
   bytes of JSON, on every platform, but for limits of time and callbacks.

   Returns JC_DONE; JC_LIMIT_REACHED and JC_INTERRUPTED when the search was
   ended: with the best plan so far in *out, or, if there was none yet, with
   NULL and an error; otherwise what the error says, with NULL in *out. */
int jc_solve(const char *problem, size_t problem_length,
             const jc_patterns *patterns, const char *options,
             size_t options_length, jc_progress progress, void *user,
             jc_solved **out);

/* Validates and prices a plan from anywhere; asks no solver, and shares no
   code with them.

   plan is a "jacobian-chain-plan/1" document, or a report, whose claims
   (prices, sizes, status, bound, orders, baselines, savings, schedule) are then
   compared with what is computed again. Options are those of jc_solve without
   "solver", "objective", "nodeLimit", "gap" and "baselines"; the rest is as
   there. The report that comes out names no solver (null), and its status is
   "feasible": nothing is proven.

   Returns JC_DONE; JC_BAD_INPUT when the plan doesn't compute what the problem
   wants; JC_DISAGREEMENT when a claim is wrong; or as jc_solve. */
int jc_check(const char *problem, size_t problem_length, const char *plan,
             size_t plan_length, const jc_patterns *patterns,
             const char *options, size_t options_length, jc_progress progress,
             void *user, jc_solved **out);

/* Frees a result and everything that was asked of it; NULL is fine. */
void jc_solved_free(jc_solved *solved);

/* ---- Results ------------------------------------------------------------ */

/* Pointers from these functions live until jc_solved_free. What has been asked
   for once is kept. `length` takes the number of bytes, and may be NULL. With
   solved NULL they return NULL and a length or count of 0. */

/* The report for programs, "jacobian-chain-report/1", with a line feed at its
   end: plan, cost, bound, status, baselines, savings, reason. */
const char *jc_solved_json(const jc_solved *solved, size_t *length);

/* The report for a terminal of so many columns, at least 60, as
   `jchain plan` prints it for 80: lines end with a line feed and are not wider.
   0 or less stands for 80, 1 to 59 for 60, more than 1000 for 1000. */
const char *jc_solved_text(const jc_solved *solved, int columns,
                           size_t *length);

/* The report as one HTML document that needs no other file. */
const char *jc_solved_html(const jc_solved *solved, size_t *length);

/* The plan as source code that runs as it stands and needs nothing of this
   library: one function, `jacobian`, whose arguments are the given factors, and
   functions that apply the others.

   language          "numpy", "jax" or "swift"; or "einsum", a contraction path of
                     numpy.einsum, which opt_einsum takes, too
   code              takes the text, NULL without one; it ends with a line feed
   length            takes its number of bytes, and may be NULL

   O(steps) and the colourings of the plan.

   Returns JC_DONE; JC_USAGE for NULL and for another language; JC_UNAVAILABLE for
   a contraction path of a plan with eliminations or with shared products;
   JC_BAD_INPUT when patterns take more than 2^18 indices to write down. */
int jc_solved_code(const jc_solved *solved, const char *language,
                   const char **code, size_t *length);

/* The order of one target as a contraction path of einsum: operands stand as the
   target names them, outermost first; each product takes two of them, by their
   positions from 0, and goes to the end.

   pairs             takes the positions of each product's operands, the lower one
                     first; NULL without a path
   count             takes the number of products, half of the numbers at *pairs

   O(f log f) for a target of f factors. Returns JC_DONE; JC_USAGE for NULL and
   for a target that isn't there; JC_UNAVAILABLE as jc_solved_code. */
int jc_solved_path(const jc_solved *solved, int64_t target,
                   const int64_t **pairs, size_t *count);

/* What a step does. */
enum {
  /* The entries of a factor, which are at hand. */
  JC_GIVEN = 0,
  /* The entries of a factor, by `evaluations` tangents or adjoints of it. */
  JC_ACCUMULATE = 1,
  /* The product of two values: operands[0] is the outer (left) one. */
  JC_MULTIPLY = 2,
  /* A factor applied to the value operands[0] without being accumulated, once
     for each of `evaluations` seeds: from the left with tangents, from the
     right with adjoints. */
  JC_ELIMINATE = 3,
  /* The sum of the two values operands[0] and operands[1]; graphs only. */
  JC_ADD = 4
};

/* How a factor is evaluated. */
enum {
  /* Not at all. */
  JC_NO_MODE = -1,
  /* Forward: tangents, Jacobian-vector products. */
  JC_TANGENT = 0,
  /* Reverse: adjoints, vector-Jacobian products. */
  JC_ADJOINT = 1
};

/* One step of a plan. Step number k of the array makes value k. */
typedef struct jc_step {
  /* JC_GIVEN, JC_ACCUMULATE, JC_MULTIPLY, JC_ELIMINATE or JC_ADD. */
  int32_t kind;
  /* JC_TANGENT or JC_ADJOINT where a factor is evaluated, else JC_NO_MODE. */
  int32_t mode;
  /* The factor's position in the problem's "factors", from 0; -1 for
     JC_MULTIPLY and JC_ADD. */
  int64_t factor;
  /* The steps whose values it takes, all earlier ones; NULL without any. */
  const int64_t *operands;
  /* How many those are. */
  int64_t operand_count;
  /* Seed vectors: evaluations of the factor; 0 where it isn't evaluated. */
  int64_t evaluations;
  /* The price in fma; UINT64_MAX stands for that much or more (the JSON has
     all digits). */
  uint64_t fma;
} jc_step;

/* The steps of the plan in an order in which they can be carried out. */
const jc_step *jc_solved_steps(const jc_solved *solved, size_t *count);

/* For each target of the problem the step whose value it is. */
const int64_t *jc_solved_targets(const jc_solved *solved, size_t *count);

/* ---- Dense products ------------------------------------------------------ */

/* The cheapest order for a product of `count` given dense matrices, without a
   problem around them, for products so small that one would cost more than
   they do. The same order as jc_solve's, where it takes "hu-shing".

   count             number of matrices, from 1
   dimensions        count + 1 interface dimensions, input first: matrix k, the
                     k-th one applied, is dimensions[k + 1] × dimensions[k];
                     from 1 to 2^40
   products          takes 2 (count - 1) numbers: product k multiplies value
                     products[2k] (outer, left) by value products[2k + 1]
                     (inner, right), and is value count + k. Values
                     0 … count - 1 are the matrices. Operands are earlier values;
                     the last product is the whole. May be NULL when count is 1.
   fma               takes the price in fma, UINT64_MAX for that much or more;
                     may be NULL

   O(count log count) time, O(count) memory.

   Returns JC_DONE; JC_USAGE for NULL and for a count below 1; JC_BAD_INPUT for
   a dimension out of range and for prices from 2^128 on. products and fma are
   then untouched. */
int jc_dense_order(int64_t count, const int64_t *dimensions, int64_t *products,
                   uint64_t *fma);

/* The same order as a contraction path of einsum, as of jc_solved_path: pairs
   takes 2 (count - 1) positions, for operands that stand in the order `operands`:
   value operands[p] of jc_dense_order stands at position p, each once; NULL for
   the order of `dimensions`, first applied first.

   O(count log count). Returns as jc_dense_order; JC_USAGE, too, when operands isn't
   a permutation. */
int jc_dense_path(int64_t count, const int64_t *dimensions,
                  const int64_t *operands, int64_t *pairs);

/* ---- Colours ------------------------------------------------------------ */

/* Which indices are coloured. */
enum {
  /* Rows, for adjoints: no column has nonzeros in two rows of a colour. */
  JC_ROWS = 0,
  /* Columns, for tangents: no row has nonzeros in two columns of a colour. */
  JC_COLUMNS = 1
};

/* Colours rows or columns of a pattern, given as for jc_patterns_add, so that
   one seed vector for each colour recovers all entries of the matrix (Curtis,
   Powell & Reid 1974, doi:10.1093/imamat/13.1.117). Deterministic, greedy, and
   never more colours than the side is long.

   colours takes one number for each row (JC_ROWS) or column (JC_COLUMNS): from
   0, or -1 for one without nonzeros, which needs no seed. number takes the
   number of colours, and may be NULL.

   O(Σ over rows of (entries of the row)², or of columns, at most); less where
   rows are nearly full.

   Returns JC_DONE; JC_USAGE for NULL, a negative count or another side;
   JC_BAD_INPUT as jc_patterns_add. colours and number are then untouched. */
int jc_colours(int64_t rows, int64_t columns, int64_t count,
               const int64_t *row_indices, const int64_t *column_indices,
               int side, int64_t *colours, int64_t *number);

#ifdef __cplusplus
}
#endif

#endif
