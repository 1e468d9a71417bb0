// Runs an image for the engine, given as a file, on Unicorn; prints the result that it leaves.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unicorn/unicorn.h>
#define BASE 0x100000
#define RAM 0x400000

static void check(uc_err error) {
  if (error == UC_ERR_OK) return;
  fprintf(stderr, "unicorn: %s\n", uc_strerror(error));
  exit(1);
}

static uint8_t image[RAM];

int main(int count, char **words) {
  uc_engine *uc;
  uint64_t result;
  FILE *file = count == 2 ? fopen(words[1], "rb") : 0;
  if (!file) return 2;
  size_t bytes = fread(image, 1, sizeof image - BASE, file);
  check(uc_open(UC_ARCH_X86, UC_MODE_64, &uc));
  check(uc_mem_map(uc, 0, RAM, UC_PROT_ALL));
  check(uc_mem_write(uc, BASE, image, bytes));
  check(uc_emu_start(uc, BASE, RAM, 0, 0));
  check(uc_reg_read(uc, UC_X86_REG_RAX, &result));
  printf("%016" PRIx64 "\n", result);
  return 0;
}
