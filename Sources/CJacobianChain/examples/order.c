#include <jchain.h>
#include <stdio.h>
#include <string.h>

static const char problem[] =
    "{\"format\": \"jacobian-chain/1\", \"factors\": ["
    "{\"rows\": 60, \"columns\": 600}, {\"rows\": 10, \"columns\": 60},"
    "{\"rows\": 60, \"columns\": 10}, {\"rows\": 600, \"columns\": 60}]}";

int main(void) {
  jc_solved *solved;
  if (jc_solve(problem, strlen(problem), NULL, NULL, 0, NULL, NULL, &solved)) {
    fprintf(stderr, "%s\n", jc_last_error()->message);
    return 1;
  }
  size_t count;
  const jc_step *steps = jc_solved_steps(solved, &count);
  for (size_t k = 0; k < count; ++k)
    if (steps[k].kind == JC_MULTIPLY)
      printf("value %zu = value %d · value %d, %d fma\n", k,
             (int)steps[k].operands[0], (int)steps[k].operands[1],
             (int)steps[k].fma);
  fputs(jc_solved_text(solved, 80, NULL), stdout);
  jc_solved_free(solved);
}
