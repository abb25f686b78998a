#include "scalar_program.h"

/* Each instruction jumps to the next one itself, so that the processor learns
   which follows which. */
#define NEXT goto *targets[*code]
#define P(k) places[code[k]]

bool scalar_program_run(const uint16_t *code, double *restrict places,
                        const scalar_function *functions) {
  static const void *const targets[] = {
      [SCALAR_END] = &&end,
      [SCALAR_ADD] = &&add,
      [SCALAR_SUBTRACT] = &&subtract,
      [SCALAR_MULTIPLY] = &&multiply,
      [SCALAR_DIVIDE] = &&divide,
      [SCALAR_NEGATE] = &&negate,
      [SCALAR_ROOT] = &&root,
      [SCALAR_ADD_PRODUCT] = &&add_product,
      [SCALAR_SUBTRACT_PRODUCT] = &&subtract_product,
      [SCALAR_TWO_PRODUCTS] = &&two_products,
      [SCALAR_CALL] = &&call,
      [SCALAR_LESS] = &&less,
      [SCALAR_EQUAL] = &&equal,
  };
  NEXT;
add:
  P(1) = P(2) + P(3);
  code += 4;
  NEXT;
subtract:
  P(1) = P(2) - P(3);
  code += 4;
  NEXT;
multiply:
  P(1) = P(2) * P(3);
  code += 4;
  NEXT;
divide:
  P(1) = P(2) / P(3);
  code += 4;
  NEXT;
negate:
  P(1) = -P(2);
  code += 3;
  NEXT;
root:
  P(1) = __builtin_elementwise_sqrt(P(2));
  code += 3;
  NEXT;
add_product:
  P(1) = P(4) + P(2) * P(3);
  code += 5;
  NEXT;
subtract_product:
  P(1) = P(4) - P(2) * P(3);
  code += 5;
  NEXT;
two_products:
  P(1) = P(2) * P(3) + P(4) * P(5);
  code += 6;
  NEXT;
call:
  P(1) = functions[code[2]](P(3), P(4), P(5));
  code += 6;
  NEXT;
less:
  if ((P(1) < P(2)) != code[3]) return false;
  code += 4;
  NEXT;
equal:
  if ((P(1) == P(2)) != code[3]) return false;
  code += 4;
  NEXT;
end:
  return true;
}
