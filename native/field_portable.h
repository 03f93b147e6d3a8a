/* The field of 2^255 - 19, one element at a time, in 64-bit words with 128-bit products.
 *
 * See bounds.h for the classes of limbs. What is a product of the vector layer comes carried here:
 * 128-bit sums must be brought down to 64 bits anyway.
 */
#ifndef COMITIA_FIELD_PORTABLE_H
#define COMITIA_FIELD_PORTABLE_H

#include <string.h>

#include "bounds.h"
#include "layer.h"

#define LANES 1

typedef unsigned __int128 wide_limb;

typedef struct {
    uint64_t limb[5];
} field;

/* All ones where a condition holds in a lane, else 0. */
typedef uint64_t lanes;

FIELD_FUNCTION void expect_below(const field *a, uint64_t bound) {
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) {
        EXPECT(a->limb[i] < bound);
        (void)a, (void)bound;
    }
}

FIELD_FUNCTION field field_constant(const uint64_t limbs[5]) {
    field out;
    memcpy(out.limb, limbs, sizeof out.limb);
    return out;
}

/* wide -> carried: each limb keeps 51 bits and hands the rest, below 2^12, on; 19 times to the lowest. */
FIELD_FUNCTION field field_carry(field a) {
    expect_below(&a, WIDE_BOUND);
    field out;
    out.limb[0] = (a.limb[0] & LIMB_MASK) + 19 * (a.limb[4] >> LIMB_BITS);
#pragma GCC unroll 5
    for (int i = 1; i < 5; i++) {
        out.limb[i] = (a.limb[i] & LIMB_MASK) + (a.limb[i - 1] >> LIMB_BITS);
    }
    expect_below(&out, CARRIED_BOUND);
    return out;
}

/* product or less + product or less -> wide */
FIELD_FUNCTION field field_add(field a, field b) {
    field out;
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) {
        out.limb[i] = a.limb[i] + b.limb[i];
    }
    expect_below(&out, WIDE_BOUND);
    return out;
}

/* below 2^62 - below 2^61 -> wide */
FIELD_FUNCTION field field_sub(field a, field b) {
    expect_below(&b, UINT64_C(1) << 61);
    field out;
    out.limb[0] = a.limb[0] + BIAS_LOW - b.limb[0];
#pragma GCC unroll 5
    for (int i = 1; i < 5; i++) {
        out.limb[i] = a.limb[i] + BIAS_HIGH - b.limb[i];
    }
    expect_below(&out, WIDE_BOUND);
    return out;
}

/* Sums of five products of limbs -> carried
 *
 * A product of two carried limbs is below 2^102.01. The sums 0 to 3 have at most one of them once and
 * four 19 times: below 77 * 2^102.01 < 2^108.3, so what is carried out of them is below 2^57.3. Sum 4
 * has five once: below 2^104.4 with the carry, so what is carried out of it is below 2^53.4. 19 times
 * that is below 2^57.7, and limb 1 gets less than 2^7 of it. */
FIELD_FUNCTION field reduce_sums(wide_limb sum[5]) {
    field out;
#pragma GCC unroll 5
    for (int i = 0; i < 4; i++) {
        EXPECT(sum[i] >> 64 < UINT64_C(1) << 45); /* below 2^109: a carry fits 64 bits */
    }
#pragma GCC unroll 5
    for (int i = 0; i < 4; i++) {
        sum[i + 1] += (uint64_t)(sum[i] >> LIMB_BITS);
        out.limb[i] = (uint64_t)sum[i] & LIMB_MASK;
    }
    out.limb[4] = (uint64_t)sum[4] & LIMB_MASK;
    uint64_t high = (uint64_t)(sum[4] >> LIMB_BITS);
    EXPECT(high < UINT64_C(1) << 54);
    out.limb[0] += 19 * high;
    out.limb[1] += out.limb[0] >> LIMB_BITS;
    out.limb[0] &= LIMB_MASK;
    expect_below(&out, CARRIED_BOUND);
    return out;
}

/* carried * carried -> carried */
FIELD_FUNCTION field field_multiply(field a, field b) {
    expect_below(&a, CARRIED_BOUND);
    expect_below(&b, CARRIED_BOUND);
    const uint64_t *x = a.limb, *y = b.limb;
    uint64_t y1 = 19 * y[1], y2 = 19 * y[2], y3 = 19 * y[3], y4 = 19 * y[4];
    wide_limb sum[5];
    sum[0] = (wide_limb)x[0] * y[0] + (wide_limb)x[1] * y4 + (wide_limb)x[2] * y3 +
             (wide_limb)x[3] * y2 + (wide_limb)x[4] * y1;
    sum[1] = (wide_limb)x[0] * y[1] + (wide_limb)x[1] * y[0] + (wide_limb)x[2] * y4 +
             (wide_limb)x[3] * y3 + (wide_limb)x[4] * y2;
    sum[2] = (wide_limb)x[0] * y[2] + (wide_limb)x[1] * y[1] + (wide_limb)x[2] * y[0] +
             (wide_limb)x[3] * y4 + (wide_limb)x[4] * y3;
    sum[3] = (wide_limb)x[0] * y[3] + (wide_limb)x[1] * y[2] + (wide_limb)x[2] * y[1] +
             (wide_limb)x[3] * y[0] + (wide_limb)x[4] * y4;
    sum[4] = (wide_limb)x[0] * y[4] + (wide_limb)x[1] * y[3] + (wide_limb)x[2] * y[2] +
             (wide_limb)x[3] * y[1] + (wide_limb)x[4] * y[0];
    return reduce_sums(sum);
}

/* carried squared -> carried */
FIELD_FUNCTION field field_square(field a) {
    expect_below(&a, CARRIED_BOUND);
    const uint64_t *x = a.limb;
    uint64_t d0 = 2 * x[0], d1 = 2 * x[1], d2 = 2 * x[2];
    uint64_t x3 = 19 * x[3], x4 = 19 * x[4];
    wide_limb sum[5];
    sum[0] = (wide_limb)x[0] * x[0] + (wide_limb)d1 * x4 + (wide_limb)d2 * x3;
    sum[1] = (wide_limb)d0 * x[1] + (wide_limb)d2 * x4 + (wide_limb)x[3] * x3;
    sum[2] = (wide_limb)d0 * x[2] + (wide_limb)x[1] * x[1] + (wide_limb)(2 * x[3]) * x4;
    sum[3] = (wide_limb)d0 * x[3] + (wide_limb)d1 * x[2] + (wide_limb)x[4] * x4;
    sum[4] = (wide_limb)d0 * x[4] + (wide_limb)d1 * x[3] + (wide_limb)x[2] * x[2];
    return reduce_sums(sum);
}

/* carried * carried -> product */
FIELD_FUNCTION field field_product(field a, field b) {
    return field_multiply(a, b);
}

/* carried squared -> product */
FIELD_FUNCTION field field_square_product(field a) {
    return field_square(a);
}

/* carried -> the one form with limbs below 2^51 and a value below 2^255 - 19
 *
 * A carry out of a carried limb is 0 or 1. After two of them limb 0 is below 2^51 + 19 and the others
 * are at most 2^51 (a limb can reach it again, where a carry meets 2^51 - 1). So the value is below
 * 2^255 + 2^205, and p = 2^255 - 19 is taken from it once at most: where value + 19 reaches 2^255. */
FIELD_FUNCTION field field_reduce(field a) {
    expect_below(&a, CARRIED_BOUND);
    a = field_carry(field_carry(a));
    uint64_t carry = (a.limb[0] + 19) >> LIMB_BITS;
#pragma GCC unroll 5
    for (int i = 1; i < 5; i++) {
        carry = (a.limb[i] + carry) >> LIMB_BITS;
    }
    a.limb[0] += 19 * carry;
#pragma GCC unroll 5
    for (int i = 0; i < 4; i++) {
        a.limb[i + 1] += a.limb[i] >> LIMB_BITS;
        a.limb[i] &= LIMB_MASK;
    }
    a.limb[4] &= LIMB_MASK; /* what is above is 2^255, as 19 in limb 0 already */
    expect_below(&a, UINT64_C(1) << LIMB_BITS);
    return a;
}

/* of reduced elements */
FIELD_FUNCTION lanes field_equal(field a, field b) {
    return memcmp(a.limb, b.limb, sizeof a.limb) == 0 ? ~UINT64_C(0) : 0;
}

/* of a reduced element: its lowest bit */
FIELD_FUNCTION lanes field_is_odd(field a) {
    return (a.limb[0] & 1) ? ~UINT64_C(0) : 0;
}

FIELD_FUNCTION field field_select(lanes where, field yes, field no) {
    return where ? yes : no;
}

FIELD_FUNCTION lanes lanes_of_bits(unsigned bits) {
    return (bits & 1) ? ~UINT64_C(0) : 0;
}

FIELD_FUNCTION unsigned bits_of_lanes(lanes where) {
    return (unsigned)(where & 1);
}

/* The first `number` elements that lie at a place, five limbs each. */
FIELD_FUNCTION void load_fields(field *out, int number, const uint64_t *const from[LANES]) {
    memcpy(out, from[0], (size_t)number * sizeof *out);
}

FIELD_FUNCTION void store_fields(uint64_t *const to[LANES], const field *in, int number) {
    memcpy(to[0], in, (size_t)number * sizeof *in);
}

#endif
