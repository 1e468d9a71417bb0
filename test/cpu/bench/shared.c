// The smallest loop, with its data behind the running code, in the same page. The section says for
// itself what it is, and a comment of the assembler hides what gcc would say.
#define CELLS 8
#define CELLS_PLACE __attribute__((section(".text.cells,\"awx\",@progbits#")))
#include "loop.c"
