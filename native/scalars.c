/* Arithmetic modulo q, for public numbers. */
#include "scalars.h"

#include <string.h>

#include "bounds.h"

#define WORDS 4
#define MOST_DIGITS 76

typedef unsigned __int128 wide_word;

/* q, lowest word first; its three lower words as one factor of 2^252 + ORDER_LOW. */
static const uint64_t ORDER[WORDS] = {0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000};

/* a - b; returns whether it fell below zero, the difference then being 2^256 too large. */
static int subtract(uint64_t out[WORDS], const uint64_t a[WORDS], const uint64_t b[WORDS]) {
    uint64_t borrow = 0;
    for (int i = 0; i < WORDS; i++) {
        wide_word difference = (wide_word)a[i] - b[i] - borrow;
        out[i] = (uint64_t)difference;
        borrow = (uint64_t)(difference >> 64) & 1;
    }
    return (int)borrow;
}

static void add_order(uint64_t a[WORDS]) {
    uint64_t carry = 0;
    for (int i = 0; i < WORDS; i++) {
        wide_word sum = (wide_word)a[i] + ORDER[i] + carry;
        a[i] = (uint64_t)sum;
        carry = (uint64_t)(sum >> 64);
    }
}

/* a - quotient * q, for quotient = floor(a / 2^252) below 2^32: above -2^157, so q once is enough. */
static void reduce_words(uint64_t out[WORDS], const uint64_t a[WORDS + 1]) {
    uint64_t quotient = a[3] >> 60 | a[4] << 4;
    EXPECT(a[4] >> 28 == 0);
    uint64_t multiple[WORDS], carry = 0;
    for (int i = 0; i < WORDS; i++) {
        wide_word product = (wide_word)quotient * ORDER[i] + carry;
        multiple[i] = (uint64_t)product;
        carry = (uint64_t)(product >> 64);
    }
    /* The fifth word of the difference: 0, or all ones where it fell below zero. */
    uint64_t top = a[4] - carry - (uint64_t)subtract(out, a, multiple);
    EXPECT(top + 1 <= 1);
    if (top != 0) {
        add_order(out);
    }
}

static struct scalar scalar_of(const uint64_t words[WORDS]) {
    struct scalar out;
    memcpy(out.byte, words, sizeof out.byte);
    return out;
}

const uint8_t *comitia_read_decimal(const uint8_t *text, const uint8_t *end, struct scalar *out) {
    uint64_t words[WORDS] = {0, 0, 0, 0}, spare[WORDS];
    size_t digits = 0;
    while (text < end && *text >= '0' && *text <= '9') {
        uint64_t chunk = 0, scale = 1;
        for (int i = 0; i < 19 && text < end && *text >= '0' && *text <= '9'; i++) {
            chunk = 10 * chunk + (uint64_t)(*text++ - '0');
            scale *= 10;
            digits++;
        }
        if (digits > MOST_DIGITS) {
            return NULL;
        }
        uint64_t carry = chunk;
        for (int i = 0; i < WORDS; i++) { /* below 10^76 < 2^253: no carry is left */
            wide_word product = (wide_word)words[i] * scale + carry;
            words[i] = (uint64_t)product;
            carry = (uint64_t)(product >> 64);
        }
    }
    if (digits == 0 || text >= end || *text != '"' || (digits > 1 && *(text - digits) == '0')) {
        return NULL;
    }
    if (!subtract(spare, words, ORDER)) {
        return NULL; /* not below q */
    }
    *out = scalar_of(words);
    return text;
}

struct scalar comitia_reduce(const uint8_t digest[32]) {
    uint64_t words[WORDS + 1] = {0}, out[WORDS];
    for (int i = 0; i < 32; i++) {
        words[i / 8] |= (uint64_t)digest[31 - i] << (8 * (i % 8));
    }
    reduce_words(out, words);
    return scalar_of(out);
}

struct scalar comitia_scalar_add(const struct scalar *a, const struct scalar *b) {
    uint64_t one[WORDS], other[WORDS], out[WORDS], carry = 0;
    memcpy(one, a->byte, sizeof one);
    memcpy(other, b->byte, sizeof other);
    for (int i = 0; i < WORDS; i++) { /* below 2^254 */
        wide_word sum = (wide_word)one[i] + other[i] + carry;
        one[i] = (uint64_t)sum;
        carry = (uint64_t)(sum >> 64);
    }
    return scalar_of(subtract(out, one, ORDER) ? one : out);
}

struct scalar comitia_scalar_minus_multiple(const struct scalar *a, uint32_t factor) {
    uint64_t words[WORDS], product[WORDS + 1], reduced[WORDS], out[WORDS], carry = 0;
    memcpy(words, a->byte, sizeof words);
    for (int i = 0; i < WORDS; i++) {
        wide_word sum = (wide_word)words[i] * factor + carry;
        product[i] = (uint64_t)sum;
        carry = (uint64_t)(sum >> 64);
    }
    product[WORDS] = carry;
    reduce_words(reduced, product);
    subtract(out, ORDER, reduced);
    static const uint64_t nothing[WORDS];
    return scalar_of(memcmp(reduced, nothing, sizeof nothing) == 0 ? nothing : out);
}

/* b in digits of 28 bits, from the highest: each step doubles what is there 28 times and adds a times
 * the digit. Both are below 2^253 * 2^28, so that the sum is below 2^282, as reduce_words asks. */
#define DIGIT_BITS 28
#define DIGITS 10

struct scalar comitia_scalar_multiply(const struct scalar *a, const struct scalar *b) {
    uint64_t factor[WORDS], other[WORDS + 1] = {0}, out[WORDS] = {0};
    memcpy(factor, a->byte, sizeof factor);
    memcpy(other, b->byte, sizeof b->byte);
    for (int i = DIGITS - 1, begun = 0; i >= 0; i--) {
        int word = DIGIT_BITS * i / 64, shift = DIGIT_BITS * i % 64;
        wide_word pair = (wide_word)other[word + 1] << 64 | other[word];
        uint64_t digit = (uint64_t)(pair >> shift) & ((UINT64_C(1) << DIGIT_BITS) - 1);
        begun |= digit != 0;
        if (!begun) {
            continue; /* a short b costs less */
        }
        uint64_t sum[WORDS + 1], carry = 0;
        for (int k = 0; k < WORDS; k++) {
            wide_word next = (wide_word)factor[k] * digit + ((wide_word)out[k] << DIGIT_BITS) + carry;
            sum[k] = (uint64_t)next;
            carry = (uint64_t)(next >> 64);
        }
        sum[WORDS] = carry;
        reduce_words(out, sum);
    }
    return scalar_of(out);
}

int comitia_scalar_equal(const struct scalar *a, const struct scalar *b) {
    return memcmp(a->byte, b->byte, sizeof a->byte) == 0;
}
