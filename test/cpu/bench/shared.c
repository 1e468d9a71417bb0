// The smallest loop, with its data in the page, and some of it in the line, of the running code.
#define CELLS 8
#define CELLS_PLACE __attribute__((section(".text")))
#include "loop.c"
