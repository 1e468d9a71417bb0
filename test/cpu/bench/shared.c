// The smallest loop, with its data behind the running code, in the same page. The section says for
// itself what it is, as the assembler expects it of code; a comment hides what gcc says.
#define CELLS 8
#define CELLS_PLACE __attribute__((section(".text.cells,\"ax\",@progbits#")))
#include "loop.c"
