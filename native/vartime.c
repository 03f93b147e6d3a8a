/* What Python calls (vartime.h): lists of pointers into contiguous buffers, made for the layers. */
#include "vartime.h"

#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "cpu.h"
#include "layer.h"

#define ENCODED 32

/* As many items are handed to a layer at once: a multiple of every number of lanes, few enough for
 * the lists to lie on the stack, and enough for one inversion to serve many encodings. */
#define CHUNK 256

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

/* --- Layers. A further one (AVX2, arm64) is entered in both functions, the fastest first. --- */

const struct layer *comitia_layer_at(size_t place) {
    static const struct layer *const layers[] = {
#ifdef COMITIA_WITH_IFMA
        &comitia_layer_ifma,
#endif
        &comitia_layer_portable,
    };
    return place < sizeof layers / sizeof layers[0] ? layers[place] : NULL;
}

int comitia_layer_runs_here(const struct layer *layer) {
#ifdef COMITIA_WITH_IFMA
    if (layer == &comitia_layer_ifma) {
        return comitia_cpu_has_avx512_ifma();
    }
#endif
    return layer == &comitia_layer_portable;
}

const char *comitia_layer_name(const struct layer *layer) {
    return layer->name;
}

int comitia_asserts_bounds(void) {
#ifdef COMITIA_VARTIME_DEBUG
    return 1;
#else
    return 0;
#endif
}

/* --- Memory --- */

struct point *comitia_new_points(size_t number) {
    if (number > SIZE_MAX / sizeof(struct point) - 1) {
        return NULL;
    }
    /* One more than asked for: nothing needs no pointer, but NULL means that memory is short. */
    return aligned_alloc(sizeof(uint64_t) * 8, (number + 1) * sizeof(struct point));
}

struct table *comitia_new_table(void) {
    return aligned_alloc(sizeof(uint64_t) * 8, sizeof(struct table));
}

void comitia_free(void *memory) {
    free(memory);
}

const struct point *comitia_point_at(const struct point *points, size_t place) {
    return points + place;
}

/* --- Scalars --- */

/* q, as words from the lowest. */
static const uint64_t ORDER[4] = {0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000};

static int is_below_order(const uint64_t word[4]) {
    for (int i = 3; i >= 0; i--) {
        if (word[i] != ORDER[i]) {
            return word[i] < ORDER[i];
        }
    }
    return 0;
}

static int has_at_most(unsigned bits, const uint64_t word[4]) {
    for (unsigned i = bits / 64; i < 4; i++) {
        uint64_t allowed = i == bits / 64 ? (UINT64_C(1) << bits % 64) - 1 : 0;
        if ((word[i] & ~allowed) != 0) {
            return 0;
        }
    }
    return 1;
}

size_t comitia_first_scalar_not_below(const uint8_t *scalars, size_t number, unsigned bits) {
    for (size_t i = 0; i < number; i++) {
        uint64_t word[4];
        memcpy(word, scalars + i * ENCODED, sizeof word);
        if (!is_below_order(word) || !has_at_most(bits, word)) {
            return i;
        }
    }
    return number;
}

static const struct scalar *scalar_at(const uint8_t *scalars, size_t place) {
    return scalars != NULL ? (const struct scalar *)(scalars + place * ENCODED) : NULL;
}

/* --- Reading, checking, writing --- */

void comitia_decode_vartime(const struct layer *layer, const uint8_t *encodings, size_t number,
                            struct point *out, uint8_t *ok) {
    for (size_t first = 0; first < number; first += CHUNK) {
        const uint8_t *from[CHUNK];
        struct point *to[CHUNK];
        size_t count = smaller(CHUNK, number - first);
        for (size_t i = 0; i < count; i++) {
            from[i] = encodings + (first + i) * ENCODED;
            to[i] = out + first + i;
        }
        layer->decode(from, to, ok + first, count);
    }
}

void comitia_encode_vartime(const struct layer *layer, const struct point *points, size_t number,
                            uint8_t *out) {
    for (size_t first = 0; first < number; first += CHUNK) {
        const struct point *from[CHUNK];
        uint8_t *to[CHUNK];
        size_t count = smaller(CHUNK, number - first);
        for (size_t i = 0; i < count; i++) {
            from[i] = points + first + i;
            to[i] = out + (first + i) * ENCODED;
        }
        layer->encode(from, to, count);
    }
}

static uint8_t standing_of(const uint8_t *encoding, int on_curve, int in_subgroup) {
    static const uint8_t identity[ENCODED] = {1};
    if (!on_curve) {
        return 0;
    }
    if (!in_subgroup) {
        return 1;
    }
    return memcmp(encoding, identity, sizeof identity) == 0 ? 3 : 2;
}

void comitia_check_points_vartime(const struct layer *layer, const uint8_t *encodings, size_t number,
                                  uint8_t *standing) {
    for (size_t first = 0; first < number; first += CHUNK) {
        struct point points[CHUNK];
        uint8_t on_curve[CHUNK], in_subgroup[CHUNK];
        const uint8_t *here = encodings + first * ENCODED;
        size_t count = smaller(CHUNK, number - first);
        comitia_decode_vartime(layer, here, count, points, on_curve);
        comitia_multiply_vartime(layer, points, count, NULL, NULL, NULL, NULL, in_subgroup);
        for (size_t i = 0; i < count; i++) {
            standing[first + i] = standing_of(here + i * ENCODED, on_curve[i], in_subgroup[i]);
        }
    }
}

/* --- Multiples and sums --- */

void comitia_multiply_vartime(const struct layer *layer, const struct point *points, size_t number,
                              const uint8_t *scalars, struct point *out,
                              const uint8_t *other_scalars, struct point *other_out,
                              uint8_t *in_subgroup) {
    for (size_t first = 0; first < number; first += CHUNK) {
        struct ladder ladders[CHUNK];
        size_t count = smaller(CHUNK, number - first);
        for (size_t i = 0; i < count; i++) {
            size_t place = first + i;
            ladders[i].of = points + place;
            ladders[i].scalar[0] = scalar_at(scalars, place);
            ladders[i].scalar[1] = scalar_at(other_scalars, place);
            ladders[i].out[0] = out != NULL ? out + place : NULL;
            ladders[i].out[1] = other_out != NULL ? other_out + place : NULL;
            ladders[i].in_subgroup = in_subgroup != NULL ? in_subgroup + place : NULL;
        }
        layer->run_ladders(ladders, count);
    }
}

void comitia_combine_vartime(const struct layer *layer, size_t number, const struct point *a,
                             const struct point *b, const struct point *c,
                             const uint8_t *of_generator, const struct table *generator,
                             const uint8_t *of_key, const struct table *key, struct point *out) {
    const struct point *const parts[3] = {a, b, c};
    for (size_t first = 0; first < number; first += CHUNK) {
        struct combination combinations[CHUNK];
        size_t count = smaller(CHUNK, number - first);
        for (size_t i = 0; i < count; i++) {
            size_t place = first + i;
            for (int k = 0; k < 3; k++) {
                combinations[i].part[k] = parts[k] != NULL ? parts[k] + place : NULL;
            }
            combinations[i].of_generator = scalar_at(of_generator, place);
            combinations[i].of_key = scalar_at(of_key, place);
            combinations[i].out = out + place;
        }
        layer->combine(combinations, count, generator, key);
    }
}

/* Sums are made of as many terms at once, and what came before as one more. */
#define TERMS 64
#define SUMS 8

/* The sums of the columns first, first + 1, ... of rows that lie `width` points apart. */
static void add_few_columns(const struct layer *layer, const struct point *points, size_t rows,
                            size_t width, struct point *out, size_t count) {
    const struct point *terms[SUMS * (TERMS + 1)];
    struct point *to[SUMS];
    for (size_t i = 0; i < count; i++) {
        to[i] = out + i;
    }
    size_t done = 0;
    do {
        size_t more = smaller(TERMS, rows - done);
        for (size_t i = 0; i < count; i++) {
            const struct point **term = &terms[i * (more + 1)];
            term[0] = done > 0 ? to[i] : NULL;
            for (size_t k = 0; k < more; k++) {
                term[k + 1] = points + (done + k) * width + i;
            }
        }
        layer->add_up(terms, more + 1, to, count);
        done += more;
    } while (done < rows);
}

/* One column: eight sums of every eighth point, so that all lanes work, and their sum. */
static void add_one_column(const struct layer *layer, const struct point *points, size_t rows,
                           struct point *out) {
    struct point eighths[SUMS];
    size_t even = rows / SUMS * SUMS;
    add_few_columns(layer, points, rows / SUMS, SUMS, eighths, SUMS);
    add_few_columns(layer, eighths, SUMS, 1, out, 1);
    if (even < rows) {
        struct point rest;
        add_few_columns(layer, points + even, rows - even, 1, &rest, 1);
        const struct point *both[2] = {out, &rest};
        layer->add_up(both, 2, &out, 1);
    }
}

void comitia_add_columns_vartime(const struct layer *layer, const struct point *points, size_t rows,
                                 size_t number, struct point *out) {
    if (number == 1) {
        add_one_column(layer, points, rows, out);
        return;
    }
    for (size_t first = 0; first < number; first += SUMS) {
        add_few_columns(layer, points + first, rows, number, out + first,
                        smaller(SUMS, number - first));
    }
}

void comitia_tabulate_vartime(const struct layer *layer, const struct point *base,
                              struct table *out) {
    layer->tabulate(base, out);
}

int comitia_sum_multiples_vartime(const struct layer *layer, const struct point *points,
                                  const uint8_t *scalars, size_t number, unsigned bits,
                                  struct point *out) {
    return layer->sum_multiples(points, scalar_at(scalars, 0), number, bits, out);
}

void comitia_try_field_vartime(const struct layer *layer, int operation, const uint64_t *a,
                               const uint64_t *b, uint64_t *out) {
    layer->try_field(operation, a, b, out);
}
