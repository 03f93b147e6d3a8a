/* Numbers modulo q = 2^252 + 27742317777372353535851937790883648493, as 32 bytes, little-endian. */
#ifndef COMITIA_SCALARS_H
#define COMITIA_SCALARS_H

#include <stddef.h>
#include <stdint.h>

#include "layer.h"

/* Read the one decimal text of a scalar below q, up to the closing quote that must follow it.
 * Returns where that quote stands, or NULL. */
const uint8_t *comitia_read_decimal(const uint8_t *text, const uint8_t *end, struct scalar *out);

/* A SHA-256 as a big-endian number modulo q. */
struct scalar comitia_reduce(const uint8_t digest[32]);

struct scalar comitia_scalar_add(const struct scalar *a, const struct scalar *b);

/* -factor * a modulo q; factor below 2^31. */
struct scalar comitia_scalar_minus_multiple(const struct scalar *a, uint32_t factor);

struct scalar comitia_scalar_multiply(const struct scalar *a, const struct scalar *b);

int comitia_scalar_equal(const struct scalar *a, const struct scalar *b);

#endif
