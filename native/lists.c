/* Long lists of elements and scalars (lists.h). Public data only. */
#include "lists.h"

#include <stdio.h>
#include <string.h>

#include "bounds.h"
#include "layer.h"
#include "scalars.h"
#include "sha256.h"
#include "texts.h"

#define SIZE 32
#define LONGEST_SEED 64
#define STEP 3

static const struct scalar *scalar_at(const uint8_t *scalars, size_t place) {
    return (const struct scalar *)(scalars + place * SIZE);
}

/* --- Reading --- */

struct reader {
    const uint8_t *at, *end, *literals;
    const int32_t *steps;
    uint8_t *const *lists;
    uint64_t *filled;
};

static int read_literal(struct reader *reader, const uint8_t *literal, size_t length) {
    if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, literal, length) != 0) {
        return 0;
    }
    reader->at += length;
    return 1;
}

static int read_step(struct reader *reader, const int32_t *step) {
    if (step[0] == TEMPLATE_LITERAL) {
        return read_literal(reader, reader->literals + step[1], (size_t)step[2]);
    }
    uint8_t *to = reader->lists[step[1]] + SIZE * reader->filled[step[1]]++;
    if (step[0] == TEMPLATE_SCALAR) {
        reader->at = comitia_read_decimal(reader->at, reader->end, (struct scalar *)to);
        return reader->at != NULL;
    }
    if (reader->end - reader->at < ELEMENT_TEXT || !comitia_read_element(reader->at, to)) {
        return 0;
    }
    reader->at += ELEMENT_TEXT;
    return 1;
}

static int read_steps(struct reader *reader, size_t first, size_t number) {
    for (size_t i = first; i < first + number; i++) {
        if (!read_step(reader, reader->steps + STEP * i)) {
            return 0;
        }
    }
    return 1;
}

int comitia_read_lists_vartime(const uint8_t *text, size_t size, const uint8_t *literals,
                               const int32_t *steps, size_t number, uint8_t *const *lists,
                               uint64_t *filled) {
    struct reader reader = {text, text + size, literals, steps, lists, filled};
    for (size_t i = 0; i < number; i++) {
        const int32_t *step = steps + STEP * i;
        int repeats = step[0] == TEMPLATE_REPEAT;
        size_t times = repeats ? (size_t)step[1] : 1, body = repeats ? (size_t)step[2] : 1;
        for (size_t k = 0; k < times; k++) {
            if (k > 0 && !read_literal(&reader, (const uint8_t *)",", 1)) {
                return 0;
            }
            if (!read_steps(&reader, repeats ? i + 1 : i, body)) {
                return 0;
            }
        }
        i += repeats ? body : 0;
    }
    return reader.at == reader.end;
}

/* --- Texts and hashes --- */

void comitia_write_elements(const uint8_t *encodings, const uint8_t *other, size_t number,
                            uint8_t *out) {
    const uint8_t *const lists[2] = {encodings, other};
    for (size_t i = 0; i < number; i++) {
        for (int k = 0; k < (other != NULL ? 2 : 1); k++) {
            comitia_write_element(lists[k] + SIZE * i, out);
            out[ELEMENT_TEXT] = ',';
            out += ELEMENT_TEXT + 1;
        }
    }
}

void comitia_derive_challenges(const uint8_t *seed, size_t size, uint64_t first, size_t number,
                               uint8_t *out) {
    uint8_t text[LONGEST_SEED + 2 * SIZE], digest[SIZE];
    EXPECT(size <= LONGEST_SEED);
    memcpy(text, seed, size);
    for (size_t i = 0; i < number; i++) {
        char decimal[24];
        int length = snprintf(decimal, sizeof decimal, "%llu", (unsigned long long)(first + i));
        comitia_sha256((const uint8_t *)decimal, (size_t)length, digest);
        for (int k = 0; k < SIZE; k++) {
            text[size + 2 * (size_t)k] = (uint8_t)"0123456789abcdef"[digest[k] >> 4];
            text[size + 2 * (size_t)k + 1] = (uint8_t)"0123456789abcdef"[digest[k] & 15];
        }
        comitia_sha256(text, size + 2 * SIZE, digest);
        struct scalar reduced = comitia_reduce(digest);
        memcpy(out + SIZE * i, reduced.byte, SIZE);
    }
}

void comitia_derive_coefficients(const uint8_t *digest, uint64_t first, size_t number,
                                 uint8_t *out) {
    uint8_t text[SIZE + 8], block[SIZE];
    memcpy(text, digest, SIZE);
    memset(out, 0, SIZE * number);
    for (size_t i = 0; i < number; i++) {
        for (int k = 0; k < 8; k++) {
            text[SIZE + k] = (uint8_t)((first + i) >> (56 - 8 * k));
        }
        comitia_sha256(text, sizeof text, block);
        for (int k = 0; k < SIZE / 2; k++) {
            out[SIZE * i + (size_t)k] = block[SIZE / 2 - 1 - k];
        }
    }
}

/* --- Arithmetic --- */

void comitia_multiply_add_vartime(size_t number, const uint8_t *a, size_t a_step, const uint8_t *b,
                                  size_t b_step, const uint8_t *c, size_t c_step, uint8_t *out) {
    for (size_t i = 0; i < number; i++) {
        struct scalar product =
            comitia_scalar_multiply(scalar_at(a, i * a_step), scalar_at(b, i * b_step));
        product = comitia_scalar_add(&product, scalar_at(c, i * c_step));
        memcpy(out + SIZE * i, product.byte, SIZE);
    }
}

void comitia_inner_product_vartime(size_t number, const uint8_t *a, const uint8_t *b, uint8_t *out) {
    struct scalar sum = {{0}};
    for (size_t i = 0; i < number; i++) {
        struct scalar product = comitia_scalar_multiply(scalar_at(a, i), scalar_at(b, i));
        sum = comitia_scalar_add(&sum, &product);
    }
    memcpy(out, sum.byte, SIZE);
}

void comitia_product_vartime(size_t number, const uint8_t *a, uint8_t *out) {
    struct scalar product = {{1}};
    for (size_t i = 0; i < number; i++) {
        product = comitia_scalar_multiply(&product, scalar_at(a, i));
    }
    memcpy(out, product.byte, SIZE);
}
