/* Long lists of elements and scalars: read from a text, written for a hash, computed with.
 * PUBLIC DATA ONLY.
 *
 * binding.py reads this file: declarations as C has them, and of the preprocessor only lines that it
 * may leave out.
 *
 * Encodings and scalars are 32 bytes each, little-endian, one behind the other. Callers have made sure
 * of every length, of every template, and that every scalar is below the order.
 */
#ifndef COMITIA_LISTS_H
#define COMITIA_LISTS_H

#include <stddef.h>
#include <stdint.h>

/* Steps of reading a text, in order; they must use up all its bytes. */
enum template_kind {
    TEMPLATE_LITERAL = 0, /* {kind, first, length}: literals[first .. first + length) */
    TEMPLATE_ELEMENT = 1, /* {kind, list, 0}: 64 hexadecimal digits, appended to that list */
    TEMPLATE_SCALAR = 2,  /* {kind, list, 0}: a decimal number below q, and a quote after it */
    TEMPLATE_REPEAT = 3,  /* {kind, times, n}: the next n steps so often, with commas between */
};

/* Returns whether the text is as the steps say; only then are all lists full. filled: how many items
 * each list has, 0 at first. Whether an element is a point is another question. */
int comitia_read_lists_vartime(const uint8_t *text, size_t size, const uint8_t *literals,
                               const int32_t *steps, size_t number, uint8_t *const *lists,
                               uint64_t *filled);

/* The texts of elements, a comma behind each: 65 bytes each. other: NULL, or a list whose elements
 * stand behind those of the first in turn. */
void comitia_write_elements(const uint8_t *encodings, const uint8_t *other, size_t number,
                            uint8_t *out);

/* out[i] = SHA-256(seed | hexadecimal SHA-256 of the decimal first + i) modulo q. */
void comitia_derive_challenges(const uint8_t *seed, size_t size, uint64_t first, size_t number,
                               uint8_t *out);

/* out[i]: the first 128 bits of SHA-256(digest | first + i in eight bytes), both big-endian. */
void comitia_derive_coefficients(const uint8_t *digest, uint64_t first, size_t number, uint8_t *out);

/* out[i] = a[i] * b[i] + c[i]. A step of 0 takes the same scalar every time, 1 the next. */
void comitia_multiply_add_vartime(size_t number, const uint8_t *a, size_t a_step, const uint8_t *b,
                                  size_t b_step, const uint8_t *c, size_t c_step, uint8_t *out);

/* The sum of a[i] * b[i]. */
void comitia_inner_product_vartime(size_t number, const uint8_t *a, const uint8_t *b, uint8_t *out);

/* The product of all a[i]. */
void comitia_product_vartime(size_t number, const uint8_t *a, uint8_t *out);

#endif
