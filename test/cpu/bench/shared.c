// The smallest loop, with its data behind the running code, in the same page.
#define CELLS 8
#define CELLS_PLACE __attribute__((section(".text.cells")))
#include "loop.c"
