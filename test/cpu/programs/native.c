// The same program as a process of the host: prints its result.
#include <stdint.h>
#include <stdio.h>
uint64_t program(void);
int main(void) {
  printf("%016llx\n", (unsigned long long)program());
  return 0;
}
