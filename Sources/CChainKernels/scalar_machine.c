/* Programs of scalar functions in machine code: loads, one operation, a store, and
   no jump but where a check fails. What was made last stays in a register for the
   instruction that follows. Memory is never writable and executable at once. */
#include "scalar_program.h"

#if defined(__x86_64__) && (defined(__linux__) || defined(__APPLE__))

#include <string.h>
#include <sys/mman.h>

/* Second bytes of SSE2's scalar instructions. */
enum { LOAD = 0x10, STORE = 0x11, ROOT = 0x51, ADD = 0x58, MUL = 0x59,
       SUB = 0x5C, DIV = 0x5E, COMPARE = 0x2F, COMPARE_QUIETLY = 0x2E };

/* Bytes are counted when there is no place for them. */
struct writer {
  uint8_t *bytes;
  size_t count;
  /* What xmm0 holds; -1 for nothing that is known. */
  int held;
  /* Where a failed check goes: the end of the code, known on the second pass. */
  size_t failure;
};

static void put(struct writer *w, const void *bytes, size_t count) {
  if (w->bytes) memcpy(w->bytes + w->count, bytes, count);
  w->count += count;
}

/* prefix 0F opcode, with register xmm`r` and the place at rbx + 8 · place. */
static void memory(struct writer *w, uint8_t prefix, uint8_t opcode, int r,
                   uint16_t place) {
  const uint8_t head[] = {prefix, 0x0F, opcode, (uint8_t)(0x83 | r << 3)};
  const int32_t offset = 8 * (int32_t)place;
  put(w, head, sizeof head);
  put(w, &offset, sizeof offset);
}

static void scalar(struct writer *w, uint8_t opcode, int r, uint16_t place) {
  memory(w, 0xF2, opcode, r, place);
}

/* xmm0 with itself or xmm1. */
static void with_register(struct writer *w, uint8_t opcode, int r) {
  const uint8_t bytes[] = {0xF2, 0x0F, opcode, (uint8_t)(0xC0 | r)};
  put(w, bytes, sizeof bytes);
}

static void load(struct writer *w, uint16_t place) {
  if (w->held != place) scalar(w, LOAD, 0, place);
}

static void store(struct writer *w, uint16_t place) {
  scalar(w, STORE, 0, place);
  w->held = place;
}

/* xmm0 = a b, or a + b. */
static void commuting(struct writer *w, uint8_t opcode, uint16_t a, uint16_t b) {
  const bool is_turned = w->held == b;
  load(w, is_turned ? b : a);
  scalar(w, opcode, 0, is_turned ? a : b);
}

/* Jumps to the failure if the condition holds (second byte of the long jump). */
static void fail_if(struct writer *w, uint8_t condition) {
  const uint8_t head[] = {0x0F, condition};
  put(w, head, sizeof head);
  const int32_t distance = (int32_t)(w->failure - (w->count + 4));
  put(w, &distance, sizeof distance);
}

static void check_less(struct writer *w, const uint16_t *code) {
  scalar(w, LOAD, 0, code[2]);
  w->held = code[2];
  /* b with a: above if a < b, and neither if one is NaN. */
  memory(w, 0x66, COMPARE, 0, code[1]);
  fail_if(w, code[3] ? 0x86 : 0x87);
}

static void check_equal(struct writer *w, const uint16_t *code) {
  scalar(w, LOAD, 0, code[1]);
  w->held = code[1];
  memory(w, 0x66, COMPARE_QUIETLY, 0, code[2]);
  if (code[3]) {
    fail_if(w, 0x8A);
    fail_if(w, 0x85);
  } else {
    /* Over the next jump if one is NaN. */
    const uint8_t skip[] = {0x7A, 0x06};
    put(w, skip, sizeof skip);
    fail_if(w, 0x84);
  }
}

static void negate(struct writer *w, uint16_t result, uint16_t operand) {
  /* rax = the bits, the sign of which changes. */
  const uint8_t load[] = {0x48, 0x8B, 0x83};
  const uint8_t change[] = {0x48, 0x0F, 0xBA, 0xF8, 0x3F};
  const uint8_t store[] = {0x48, 0x89, 0x83};
  const int32_t from = 8 * (int32_t)operand, to = 8 * (int32_t)result;
  put(w, load, sizeof load);
  put(w, &from, sizeof from);
  put(w, change, sizeof change);
  put(w, store, sizeof store);
  put(w, &to, sizeof to);
  if (w->held == result) w->held = -1;
}

static void call(struct writer *w, const uint16_t *code,
                 const scalar_function *functions) {
  load(w, code[3]);
  scalar(w, LOAD, 1, code[4]);
  scalar(w, LOAD, 2, code[5]);
  const uint8_t address_in_rax[] = {0x48, 0xB8}, call_rax[] = {0xFF, 0xD0};
  put(w, address_in_rax, sizeof address_in_rax);
  put(w, &functions[code[2]], sizeof functions[0]);
  put(w, call_rax, sizeof call_rax);
  store(w, code[1]);
}

static void translate(struct writer *w, const uint16_t *code,
                      const scalar_function *functions) {
  /* push rbx; mov rbx, rdi: which aligns the stack for calls, too. */
  const uint8_t begin[] = {0x53, 0x48, 0x89, 0xFB};
  /* mov eax, 1; pop rbx; ret. */
  const uint8_t succeed[] = {0xB8, 1, 0, 0, 0, 0x5B, 0xC3};
  /* xor eax, eax; pop rbx; ret. */
  const uint8_t fail[] = {0x31, 0xC0, 0x5B, 0xC3};
  w->count = 0;
  w->held = -1;
  put(w, begin, sizeof begin);
  for (;;) {
    switch (*code) {
    case SCALAR_ADD:
      commuting(w, ADD, code[2], code[3]);
      store(w, code[1]);
      code += 4;
      continue;
    case SCALAR_MULTIPLY:
      commuting(w, MUL, code[2], code[3]);
      store(w, code[1]);
      code += 4;
      continue;
    case SCALAR_SUBTRACT:
      load(w, code[2]);
      scalar(w, SUB, 0, code[3]);
      store(w, code[1]);
      code += 4;
      continue;
    case SCALAR_DIVIDE:
      load(w, code[2]);
      scalar(w, DIV, 0, code[3]);
      store(w, code[1]);
      code += 4;
      continue;
    case SCALAR_NEGATE:
      negate(w, code[1], code[2]);
      code += 3;
      continue;
    case SCALAR_ROOT:
      load(w, code[2]);
      with_register(w, ROOT, 0);
      store(w, code[1]);
      code += 3;
      continue;
    case SCALAR_ADD_PRODUCT:
      commuting(w, MUL, code[2], code[3]);
      scalar(w, ADD, 0, code[4]);
      store(w, code[1]);
      code += 5;
      continue;
    case SCALAR_SUBTRACT_PRODUCT:
      scalar(w, LOAD, 1, code[2]);
      scalar(w, MUL, 1, code[3]);
      load(w, code[4]);
      with_register(w, SUB, 1);
      store(w, code[1]);
      code += 5;
      continue;
    case SCALAR_TWO_PRODUCTS:
      commuting(w, MUL, code[2], code[3]);
      scalar(w, LOAD, 1, code[4]);
      scalar(w, MUL, 1, code[5]);
      with_register(w, ADD, 1);
      store(w, code[1]);
      code += 6;
      continue;
    case SCALAR_CALL:
      call(w, code, functions);
      code += 6;
      continue;
    case SCALAR_LESS:
      check_less(w, code);
      code += 4;
      continue;
    case SCALAR_EQUAL:
      check_equal(w, code);
      code += 4;
      continue;
    default:
      put(w, succeed, sizeof succeed);
      w->failure = w->count;
      put(w, fail, sizeof fail);
      return;
    }
  }
}

scalar_machine_code scalar_machine_code_make(const uint16_t *code,
                                             const scalar_function *functions,
                                             size_t *size) {
  /* The first pass counts, and finds where checks go. */
  struct writer w = {NULL, 0, -1, 0};
  translate(&w, code, functions);
  *size = w.count;
  void *memory = mmap(NULL, w.count, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return NULL;
  w.bytes = memory;
  translate(&w, code, functions);
  if (mprotect(memory, w.count, PROT_READ | PROT_EXEC)) {
    munmap(memory, w.count);
    return NULL;
  }
  scalar_machine_code machine;
  memcpy(&machine, &memory, sizeof machine);
  return machine;
}

void scalar_machine_code_free(scalar_machine_code machine, size_t size) {
  void *memory;
  memcpy(&memory, &machine, sizeof memory);
  munmap(memory, size);
}

#else

scalar_machine_code scalar_machine_code_make(const uint16_t *code,
                                             const scalar_function *functions,
                                             size_t *size) {
  (void)code;
  (void)functions;
  *size = 0;
  return NULL;
}

void scalar_machine_code_free(scalar_machine_code machine, size_t size) {
  (void)machine;
  (void)size;
}

#endif
