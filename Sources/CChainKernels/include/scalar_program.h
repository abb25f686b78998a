/* Straight-line programs on an array of doubles: a scalar function, its partial
   derivatives and the elimination of what lies between inputs and outputs, one
   instruction after the other, without a branch but the checks of the way. */
#ifndef SCALAR_PROGRAM_H
#define SCALAR_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The first word of an instruction; the others are numbers of places in the
   array, unless said otherwise. */
enum scalar_instruction {
  SCALAR_END,              /* the end */
  SCALAR_ADD,              /* d a b: d = a + b */
  SCALAR_SUBTRACT,         /* d a b: d = a - b */
  SCALAR_MULTIPLY,         /* d a b: d = a b */
  SCALAR_DIVIDE,           /* d a b: d = a / b */
  SCALAR_NEGATE,           /* d a: d = -a */
  SCALAR_ROOT,             /* d a: d = the square root of a */
  SCALAR_ADD_PRODUCT,      /* d a b c: d = c + a b */
  SCALAR_SUBTRACT_PRODUCT, /* d a b c: d = c - a b */
  SCALAR_TWO_PRODUCTS,     /* d a b c e: d = a b + c e */
  SCALAR_CALL,             /* d f a b c: d = f(a, b, c), f a function's number */
  SCALAR_LESS,             /* a b w: ends with false unless (a < b) is w, 0 or 1 */
  SCALAR_EQUAL             /* a b w: ends with false unless (a == b) is w */
};

/* A function of up to three numbers; the others mean nothing to it. */
typedef double (*scalar_function)(double, double, double);

/* Runs a program to its end; false when a check failed on the way.
   Nothing is checked but that: places and functions must be there. */
bool scalar_program_run(const uint16_t *code, double *places,
                        const scalar_function *functions);

/* The same program in the instructions of this processor. */
typedef bool (*scalar_machine_code)(double *places);

/* Translates a program. NULL where the processor isn't known or the system gives
   no memory for it: scalar_program_run does the same. size is its bytes, for
   scalar_machine_code_free. Its results are those of scalar_program_run. */
scalar_machine_code scalar_machine_code_make(const uint16_t *code,
                                             const scalar_function *functions,
                                             size_t *size);

/* Gives the memory back. */
void scalar_machine_code_free(scalar_machine_code machine, size_t size);

#endif
