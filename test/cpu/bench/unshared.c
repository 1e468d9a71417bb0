// The program of shared.c with its data in a page of their own: what the sharing costs.
#define CELLS 8
#define CELLS_PLACE
#include "loop.c"
