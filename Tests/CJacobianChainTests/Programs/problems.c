/* problems OPTIONS FILE…: solves every file with these options ("" or an object
   without its closing brace), prints the reports as JSON, and holds each against
   its own check and the steps that C reads. */
#include "check.h"

static char *contents(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  CHECK(file != NULL);
  CHECK(fseek(file, 0, SEEK_END) == 0);
  *length = (size_t)ftell(file);
  rewind(file);
  char *bytes = malloc(*length + 1);
  CHECK(bytes != NULL && fread(bytes, 1, *length, file) == *length);
  fclose(file);
  return bytes;
}

/* The fma of the report's cost. */
static unsigned long long price(const char *json) {
  const char *place = strstr(json, "\"cost\": {");
  CHECK(place != NULL);
  place = strstr(place, "\"fma\": ");
  CHECK(place != NULL);
  return strtoull(place + strlen("\"fma\": "), NULL, 10);
}

int main(int argc, char **argv) {
  CHECK(argc > 2);
  for (int k = 2; k < argc; ++k) {
    size_t length, json_length, count;
    char *problem = contents(argv[k], &length);
    char options[4096], file[4096];
    snprintf(file, sizeof file, "{\"file\": \"%s\"}", argv[k]);
    snprintf(options, sizeof options, "%s%s\"file\": \"%s\"}",
             argv[1][0] ? argv[1] : "{", argv[1][0] ? ", " : "", argv[k]);
    jc_solved *solved, *checked;
    CHECK(jc_solve(problem, length, NULL, options, strlen(options), NULL, NULL,
                   &solved) == JC_DONE);
    const char *json = jc_solved_json(solved, &json_length);
    CHECK(strlen(json) == json_length);
    fputs(json, stdout);

    const jc_step *steps = jc_solved_steps(solved, &count);
    uint64_t total = 0;
    for (size_t id = 0; id < count; ++id) {
      total += steps[id].fma;
      for (int64_t n = 0; n < steps[id].operand_count; ++n)
        CHECK(steps[id].operands[n] >= 0 &&
              (uint64_t)steps[id].operands[n] < id);
    }
    CHECK(total == price(json));
    const int64_t *targets = jc_solved_targets(solved, &count);
    CHECK(count > 0 && targets != NULL);

    CHECK(jc_check(problem, length, json, json_length, NULL, file, strlen(file),
                   NULL, NULL, &checked) == JC_DONE);
    CHECK(strstr(jc_solved_json(checked, NULL), "\"solver\": null"));
    jc_solved_free(checked);
    jc_solved_free(solved);
    free(problem);
  }
  return 0;
}
