/* The layer that runs everywhere: one point at a time. */
#include <stdlib.h>

#include "field_portable.h"
#include "points.h"
#include "batches.h"

const struct layer comitia_layer_portable = {
    "portable", decode, encode, run_ladders, combine, add_up, tabulate, try_field, sum_multiples,
};
