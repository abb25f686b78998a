#include "CGLPKGuard.h"

#ifdef GLPK
#include <glpk.h>
#include <setjmp.h>
#include <string.h>

struct fault {
  jmp_buf jump;
  char *message;
};

/// Swallows a piece of terminal output; what comes first is kept.
static int keep(void *info, const char *text) {
  char *message = ((struct fault *)info)->message;
  strncat(message, text, CGLPK_MESSAGE_SIZE - 1 - strlen(message));
  return 1;
}

static void leave(void *info) { longjmp(((struct fault *)info)->jump, 1); }

int cglpk_simplex(
    struct glp_prob *problem, int iterations, int *code, char *message) {
  struct fault fault = {.message = message};
  glp_smcp parameters;
  glp_init_smcp(&parameters);
  parameters.msg_lev = GLP_MSG_OFF;
  parameters.meth = GLP_DUALP;
  parameters.it_lim = iterations;
  message[0] = 0;
  if (setjmp(fault.jump) != 0) return 1;
  glp_term_hook(keep, &fault);
  glp_error_hook(leave, &fault);
  *code = glp_simplex(problem, &parameters);
  glp_error_hook(NULL, NULL);
  glp_term_hook(NULL, NULL);
  return 0;
}
#endif
