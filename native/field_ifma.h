/* The field of 2^255 - 19, eight elements at a time, by the AVX-512 instructions for 52-bit integers.
 *
 * Lane k of every vector belongs to element k. vpmadd52luq and vpmadd52huq multiply the low 52 bits of
 * their factors and add the low or the high 52 bits of the product; what a factor has above bit 51 is
 * dropped in silence. So factors must be carried (bounds.h), and debug builds assert it.
 */
#ifndef COMITIA_FIELD_IFMA_H
#define COMITIA_FIELD_IFMA_H

#include <immintrin.h>

#include "bounds.h"
#include "layer.h"

#define LANES 8

typedef struct {
    __m512i limb[5];
} field;

/* One bit a lane. */
typedef __mmask8 lanes;

FIELD_FUNCTION void expect_below(const field *a, uint64_t bound) {
#ifdef COMITIA_VARTIME_DEBUG
    for (int i = 0; i < 5; i++) {
        EXPECT(_mm512_cmpge_epu64_mask(a->limb[i], _mm512_set1_epi64((long long)bound)) == 0);
    }
#endif
    (void)a, (void)bound;
}

FIELD_FUNCTION field field_constant(const uint64_t limbs[5]) {
    field out;
    for (int i = 0; i < 5; i++) {
        out.limb[i] = _mm512_set1_epi64((long long)limbs[i]);
    }
    return out;
}

#define LOW(sum, x, y) _mm512_madd52lo_epu64(sum, x, y)
#define HIGH(sum, x, y) _mm512_madd52hi_epu64(sum, x, y)

/* 19, of which the compiler must not know what it is: it would make shifts of a multiplication. */
FIELD_FUNCTION __m512i nineteen(void) {
    __m512i constant = _mm512_set1_epi64(19);
    __asm__("" : "+v"(constant));
    return constant;
}

/* wide -> carried: each limb keeps 51 bits and hands the rest, below 2^12, on; 19 times to the lowest. */
FIELD_FUNCTION field field_carry(field a) {
    expect_below(&a, WIDE_BOUND);
    const __m512i mask = _mm512_set1_epi64((long long)LIMB_MASK);
    __m512i high[5];
    field out;
    for (int i = 0; i < 5; i++) {
        high[i] = _mm512_srli_epi64(a.limb[i], LIMB_BITS);
    }
    /* high[4] is below 2^12, so the low 52 bits are the whole product. */
    out.limb[0] = LOW(_mm512_and_si512(a.limb[0], mask), high[4], _mm512_set1_epi64(19));
    for (int i = 1; i < 5; i++) {
        out.limb[i] = _mm512_add_epi64(_mm512_and_si512(a.limb[i], mask), high[i - 1]);
    }
    expect_below(&out, CARRIED_BOUND);
    return out;
}

/* product or less + product or less -> wide */
FIELD_FUNCTION field field_add(field a, field b) {
    field out;
    for (int i = 0; i < 5; i++) {
        out.limb[i] = _mm512_add_epi64(a.limb[i], b.limb[i]);
    }
    expect_below(&out, WIDE_BOUND);
    return out;
}

/* below 2^62 - below 2^61 -> wide */
FIELD_FUNCTION field field_sub(field a, field b) {
    expect_below(&b, UINT64_C(1) << 61);
    const __m512i low = _mm512_set1_epi64((long long)BIAS_LOW);
    const __m512i high = _mm512_set1_epi64((long long)BIAS_HIGH);
    field out;
    for (int i = 0; i < 5; i++) {
        __m512i biased = _mm512_add_epi64(a.limb[i], i == 0 ? low : high);
        out.limb[i] = _mm512_sub_epi64(biased, b.limb[i]);
    }
    expect_below(&out, WIDE_BOUND);
    return out;
}

FIELD_FUNCTION void expect_columns(const __m512i column[10]) {
#ifdef COMITIA_VARTIME_DEBUG
    const __m512i bound = _mm512_set1_epi64(1LL << 55);
    for (int k = 0; k < 10; k++) {
        EXPECT(_mm512_cmpge_epu64_mask(column[k], bound) == 0);
    }
#endif
    (void)column;
}

/* The upper five of a product's ten columns, folded into the lower five: 2^255 is 19.
 *
 * A low half is below 2^52, a high half below 2^50 + 2^18. What is high in column k - 1 counts 2^52
 * there and so twice in column k, of 2^51. With five of each at most a column is below
 * 5 * 2^52 + 10 * (2^50 + 2^18) < 2^54.91, and with 19 times another below 2^59.3: a product. Sums are
 * the same whether a square doubles what it made once or not. */
FIELD_FUNCTION field fold_columns(const __m512i column[10]) {
    const __m512i factor = nineteen();
    field out;
    expect_columns(column);
    for (int k = 0; k < 5; k++) {
        out.limb[k] = _mm512_add_epi64(column[k], _mm512_mullo_epi64(column[k + 5], factor));
    }
    expect_below(&out, PRODUCT_BOUND);
    return out;
}

/* carried * carried -> product */
FIELD_FUNCTION field field_product(field a, field b) {
    expect_below(&a, CARRIED_BOUND);
    expect_below(&b, CARRIED_BOUND);
    const __m512i zero = _mm512_setzero_si512();
    __m512i high[9] = {zero, zero, zero, zero, zero, zero, zero, zero, zero};
    __m512i column[10];
    for (int i = 0; i < 5; i++) {
        for (int j = 0; j < 5; j++) {
            high[i + j] = HIGH(high[i + j], a.limb[i], b.limb[j]);
        }
    }
    column[0] = zero;
    for (int k = 1; k < 10; k++) {
        column[k] = _mm512_slli_epi64(high[k - 1], 1);
    }
    for (int i = 0; i < 5; i++) {
        for (int j = 0; j < 5; j++) {
            column[i + j] = LOW(column[i + j], a.limb[i], b.limb[j]);
        }
    }
    return fold_columns(column);
}

/* carried squared -> product: products of two different limbs are made once, and doubled */
FIELD_FUNCTION field field_square_product(field a) {
    expect_below(&a, CARRIED_BOUND);
    const __m512i zero = _mm512_setzero_si512();
    __m512i high[8] = {zero, zero, zero, zero, zero, zero, zero, zero};
    __m512i column[10];
    for (int i = 0; i < 5; i++) {
        for (int j = i + 1; j < 5; j++) {
            high[i + j] = HIGH(high[i + j], a.limb[i], a.limb[j]);
        }
    }
    /* Half of each column but the low halves of squares: the high half of a square counts twice. */
    column[1] = zero;
    column[9] = zero;
    for (int k = 2; k < 9; k++) {
        column[k] = _mm512_slli_epi64(high[k - 1], 1);
    }
    for (int i = 0; i < 5; i++) {
        column[2 * i + 1] = HIGH(column[2 * i + 1], a.limb[i], a.limb[i]);
        for (int j = i + 1; j < 5; j++) {
            column[i + j] = LOW(column[i + j], a.limb[i], a.limb[j]);
        }
    }
    column[0] = zero;
    for (int k = 1; k < 10; k++) {
        column[k] = _mm512_slli_epi64(column[k], 1);
    }
    for (int i = 0; i < 5; i++) {
        column[2 * i] = LOW(column[2 * i], a.limb[i], a.limb[i]);
    }
    return fold_columns(column);
}

/* carried * carried -> carried */
FIELD_FUNCTION field field_multiply(field a, field b) {
    return field_carry(field_product(a, b));
}

/* carried squared -> carried */
FIELD_FUNCTION field field_square(field a) {
    return field_carry(field_square_product(a));
}

/* carried -> the one form with limbs below 2^51 and a value below 2^255 - 19
 *
 * A carry out of a carried limb is 0 or 1. After two of them limb 0 is below 2^51 + 19 and the others
 * are at most 2^51 (a limb can reach it again, where a carry meets 2^51 - 1). So the value is below
 * 2^255 + 2^205, and p = 2^255 - 19 is taken from it once at most: where value + 19 reaches 2^255. */
FIELD_FUNCTION field field_reduce(field a) {
    expect_below(&a, CARRIED_BOUND);
    const __m512i mask = _mm512_set1_epi64((long long)LIMB_MASK);
    a = field_carry(field_carry(a));
    __m512i carry = _mm512_srli_epi64(_mm512_add_epi64(a.limb[0], _mm512_set1_epi64(19)), LIMB_BITS);
    for (int i = 1; i < 5; i++) {
        carry = _mm512_srli_epi64(_mm512_add_epi64(a.limb[i], carry), LIMB_BITS);
    }
    a.limb[0] = LOW(a.limb[0], carry, _mm512_set1_epi64(19));
    for (int i = 0; i < 4; i++) {
        a.limb[i + 1] = _mm512_add_epi64(a.limb[i + 1], _mm512_srli_epi64(a.limb[i], LIMB_BITS));
        a.limb[i] = _mm512_and_si512(a.limb[i], mask);
    }
    a.limb[4] = _mm512_and_si512(a.limb[4], mask); /* above is 2^255, as 19 in limb 0 already */
    expect_below(&a, UINT64_C(1) << LIMB_BITS);
    return a;
}

/* of reduced elements */
FIELD_FUNCTION lanes field_equal(field a, field b) {
    lanes same = (lanes)~0;
    for (int i = 0; i < 5; i++) {
        same &= _mm512_cmpeq_epi64_mask(a.limb[i], b.limb[i]);
    }
    return same;
}

/* of a reduced element: its lowest bit */
FIELD_FUNCTION lanes field_is_odd(field a) {
    return _mm512_test_epi64_mask(a.limb[0], _mm512_set1_epi64(1));
}

FIELD_FUNCTION field field_select(lanes where, field yes, field no) {
    field out;
    for (int i = 0; i < 5; i++) {
        out.limb[i] = _mm512_mask_blend_epi64(where, no.limb[i], yes.limb[i]);
    }
    return out;
}

FIELD_FUNCTION lanes lanes_of_bits(unsigned bits) {
    return (lanes)bits;
}

FIELD_FUNCTION unsigned bits_of_lanes(lanes where) {
    return where;
}

/* Points lie one after the other, and are wanted with the same word of each in a vector. They are moved
 * by four words, of which two points fill a vector: lanes 0, 1, 4 and 5 have the lower halves of four
 * vectors, and the lanes two on the upper. That moves words less often than eight at a time. */
static const int LOWER_LANE[4] = {0, 1, 4, 5};

/* Vector k, of four words of two lanes, becomes word k of all lanes. */
FIELD_FUNCTION void words_of_lanes(__m512i v[4]) {
    __m512i low0 = _mm512_unpacklo_epi64(v[0], v[1]), high0 = _mm512_unpackhi_epi64(v[0], v[1]);
    __m512i low1 = _mm512_unpacklo_epi64(v[2], v[3]), high1 = _mm512_unpackhi_epi64(v[2], v[3]);
    v[0] = _mm512_shuffle_i64x2(low0, low1, 0x88);
    v[1] = _mm512_shuffle_i64x2(high0, high1, 0x88);
    v[2] = _mm512_shuffle_i64x2(low0, low1, 0xdd);
    v[3] = _mm512_shuffle_i64x2(high0, high1, 0xdd);
}

/* And back. */
FIELD_FUNCTION void lanes_of_words(__m512i v[4]) {
    const __m512i first = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
    const __m512i second = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    __m512i low0 = _mm512_unpacklo_epi64(v[0], v[1]), high0 = _mm512_unpackhi_epi64(v[0], v[1]);
    __m512i low1 = _mm512_unpacklo_epi64(v[2], v[3]), high1 = _mm512_unpackhi_epi64(v[2], v[3]);
    v[0] = _mm512_permutex2var_epi64(low0, first, low1);
    v[1] = _mm512_permutex2var_epi64(high0, first, high1);
    v[2] = _mm512_permutex2var_epi64(low0, second, low1);
    v[3] = _mm512_permutex2var_epi64(high0, second, high1);
}

/* The first `number` elements that lie at eight places, five limbs each, one place a lane.
 * Places are aligned to 32 bytes and hold a multiple of four limbs. */
FIELD_FUNCTION void load_fields(field *out, int number, const uint64_t *const from[LANES]) {
    __m512i *limbs = &out[0].limb[0];
    for (int first = 0; first < 5 * number; first += 4) {
        __m512i v[4];
        for (int k = 0; k < 4; k++) {
            const uint64_t *low = from[LOWER_LANE[k]] + first, *high = from[LOWER_LANE[k] + 2] + first;
            v[k] = _mm512_inserti64x4(
                _mm512_castsi256_si512(_mm256_load_si256((const __m256i *)low)),
                _mm256_load_si256((const __m256i *)high), 1);
        }
        words_of_lanes(v);
        for (int k = 0; k < 4 && first + k < 5 * number; k++) {
            limbs[first + k] = v[k];
        }
    }
}

/* The same at once for eight words of each of eight lanes. Twice as many stores of half the size would
 * take longer than moving words once more. */
FIELD_FUNCTION void transpose(__m512i v[8]) {
    __m512i a[8], b[8];
    for (int i = 0; i < 8; i += 2) {
        a[i] = _mm512_unpacklo_epi64(v[i], v[i + 1]);
        a[i + 1] = _mm512_unpackhi_epi64(v[i], v[i + 1]);
    }
    for (int i = 0; i < 8; i += 4) {
        for (int j = 0; j < 2; j++) {
            b[i + j] = _mm512_shuffle_i64x2(a[i + j], a[i + j + 2], 0x88);
            b[i + j + 2] = _mm512_shuffle_i64x2(a[i + j], a[i + j + 2], 0xdd);
        }
    }
    for (int j = 0; j < 4; j++) {
        v[j] = _mm512_shuffle_i64x2(b[j], b[j + 4], 0x88);
        v[j + 4] = _mm512_shuffle_i64x2(b[j], b[j + 4], 0xdd);
    }
}

/* What is left of the last four limbs, or of the last eight where more than four are stored, becomes 0. */
FIELD_FUNCTION void store_fields(uint64_t *const to[LANES], const field *in, int number) {
    const __m512i *limbs = &in[0].limb[0];
    int first = 0;
    for (; 5 * number - first > 4; first += 8) {
        __m512i rows[8];
        for (int k = 0; k < 8; k++) {
            rows[k] = first + k < 5 * number ? limbs[first + k] : _mm512_setzero_si512();
        }
        transpose(rows);
        for (int lane = 0; lane < 8; lane++) {
            _mm512_store_si512(to[lane] + first, rows[lane]);
        }
    }
    if (first < 5 * number) {
        __m512i rows[4];
        for (int k = 0; k < 4; k++) {
            rows[k] = first + k < 5 * number ? limbs[first + k] : _mm512_setzero_si512();
        }
        lanes_of_words(rows);
        for (int k = 0; k < 4; k++) {
            uint64_t *low = to[LOWER_LANE[k]], *high = to[LOWER_LANE[k] + 2];
            _mm256_store_si256((__m256i *)(low + first), _mm512_castsi512_si256(rows[k]));
            _mm256_store_si256((__m256i *)(high + first), _mm512_extracti64x4_epi64(rows[k], 1));
        }
    }
}

#endif
