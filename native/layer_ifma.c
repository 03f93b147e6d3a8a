/* The layer for AVX-512 with IFMA: eight points at a time.
 *
 * The instructions are allowed in this file alone, by pragmas and not by options of the compiler, so
 * that one build serves every machine; cpu.c decides whether they may run.
 */
#include "layer.h"

#ifdef COMITIA_WITH_IFMA

#include <stdlib.h>
#include <string.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx512ifma"))), \
                             apply_to = function)
#else
#pragma GCC target("avx512f,avx512dq,avx512vl,avx512bw,avx512ifma")
#endif

#include "field_ifma.h"
#include "points.h"
#include "batches.h"

const struct layer comitia_layer_ifma = {
    "avx512-ifma", decode, encode, run_ladders, combine, add_up, tabulate, try_field, sum_multiples,
};

#if defined(__clang__)
#pragma clang attribute pop
#endif

#else
typedef int nothing_here; /* an empty file is not C */
#endif
