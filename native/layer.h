/* What every layer of point arithmetic offers: the same functions over another field arithmetic.
 *
 * Group: the points of Ed25519, written additively here. All of it is for PUBLIC DATA ONLY: what time
 * a call takes, and which memory it touches, depends on the values.
 *
 * A layer works on batches. It uses no global state but the tables that it is given, so that any
 * number of threads may call it at once.
 */
#ifndef COMITIA_LAYER_H
#define COMITIA_LAYER_H

#include <stddef.h>
#include <stdint.h>

/* A point in extended coordinates x, y, z, t (x/z, y/z, t = x y / z): four field elements of five
 * carried limbs in radix 2^51, and padding up to three cache lines. */
struct point {
    uint64_t limb[24];
} __attribute__((aligned(64)));

/* A scalar below the order q: 32 bytes, little-endian. */
struct scalar {
    uint8_t byte[32];
};

/* Signed digits in radix 256 of a fixed base's multiples: row i, entry j - 1 is j * 256^i * base, in
 * the form (y + x, y - x, 2 d x y) with z = 1. */
#define TABLE_ROWS 32
#define TABLE_COLUMNS 128
struct table_entry {
    uint64_t limb[16];
} __attribute__((aligned(64)));
struct table {
    struct table_entry entry[TABLE_ROWS][TABLE_COLUMNS];
};

/* One ladder over a point: out[k] = scalar[k] * point for two scalars that share the doublings. */
struct ladder {
    const struct point *of;
    const struct scalar *scalar[2]; /* NULL: nothing is computed */
    struct point *out[2];
    uint8_t *in_subgroup; /* NULL, or where it is written whether q * point is the identity */
};

/* One sum: parts[0] + parts[1] + ... + g * of_generator + h * of_key. */
struct combination {
    const struct point *part[3]; /* NULL: none */
    const struct scalar *of_generator, *of_key;
    struct point *out;
};

struct layer {
    const char *name;

    /* Read points from 32 bytes each. ok: whether the bytes are the one encoding of a point of the
     * curve (in the subgroup or not); the identity stands in for what is not. */
    void (*decode)(const uint8_t *const *encodings, struct point *const *out, uint8_t *ok,
                   size_t number);

    /* Write points, 32 bytes each. */
    void (*encode)(const struct point *const *points, uint8_t *const *out, size_t number);

    void (*run_ladders)(const struct ladder *ladders, size_t number);

    void (*combine)(const struct combination *combinations, size_t number,
                    const struct table *generator, const struct table *key);

    /* out[i] = the sum of `length` points, at points[i * length]...; NULL for the identity. */
    void (*add_up)(const struct point *const *points, size_t length, struct point *const *out,
                   size_t number);

    /* Fill the table of a fixed base. */
    void (*tabulate)(const struct point *base, struct table *out);

    /* The product, the square, the inverse or the fully reduced value of two field elements a lane,
     * 32 bytes each, for tests of their boundaries. limbs: 5 each, as they are. */
    void (*try_field)(int operation, const uint64_t *a, const uint64_t *b, uint64_t *out);

    /* The sum of scalar[i] * point[i], by buckets (Pippenger). bits: of the longest scalar.
     * Returns 0, or -1 where memory is short. */
    int (*sum_multiples)(const struct point *points, const struct scalar *scalars, size_t number,
                         unsigned bits, struct point *out);
};

/* Where the compiler knows the instructions; whether the machine does is asked when it runs (cpu.h). */
#if defined(__x86_64__) && !defined(COMITIA_WITHOUT_IFMA)
#if (defined(__clang__) && __clang_major__ >= 8) || (!defined(__clang__) && __GNUC__ >= 8)
#define COMITIA_WITH_IFMA
#endif
#endif

extern const struct layer comitia_layer_portable;
#ifdef COMITIA_WITH_IFMA
extern const struct layer comitia_layer_ifma;
#endif

#endif
