#ifndef CGLPK_GUARD_H
#define CGLPK_GUARD_H

/// The bytes that `cglpk_simplex` may write to `message`, the final 0 included.
#define CGLPK_MESSAGE_SIZE 200

struct glp_prob;

/// Runs `glp_simplex` (dual simplex, then primal if that fails) for at most
/// `iterations` iterations and stores its return code.
///
/// Returns 0; or 1 after a fault inside GLPK, which would otherwise end the
/// process. `message` then says what GLPK had to say, and all that is left to
/// do with the thread's environment is `glp_free_env`.
///
/// It is C because `setjmp` can't be called from Swift. No frame but GLPK's
/// lies between the call and the jump, so nothing is left undone by it.
int cglpk_simplex(
    struct glp_prob *problem, int iterations, int *code, char *message);

#endif
