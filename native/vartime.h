/* What Python calls: a layer's batch functions on contiguous buffers. PUBLIC DATA ONLY.
 *
 * binding.py reads this file: declarations as C has them, and of the preprocessor only lines that it
 * may leave out.
 *
 * Encodings and scalars are 32 bytes each, little-endian, one behind the other. Callers have made sure
 * of every length and of every scalar (comitia_first_scalar_not_below). Points come from decoding or
 * from another of these functions, so that their limbs are carried (bounds.h).
 */
#ifndef COMITIA_VARTIME_H
#define COMITIA_VARTIME_H

#include <stddef.h>
#include <stdint.h>

struct layer;
struct point;
struct table;

/* The layers that were compiled in, the fastest first; NULL behind the last. */
const struct layer *comitia_layer_at(size_t place);
const char *comitia_layer_name(const struct layer *layer);
/* Whether this machine has the instructions. */
int comitia_layer_runs_here(const struct layer *layer);

/* Whether this is a debug build, which asserts every bound. */
int comitia_asserts_bounds(void);

/* Memory for points or for a table, aligned as they must be; NULL where it is short. */
struct point *comitia_new_points(size_t number);
struct table *comitia_new_table(void);
void comitia_free(void *memory);
const struct point *comitia_point_at(const struct point *points, size_t place);

/* The place of the first scalar that is not below 2^bits and below the order; `number` if all are. */
size_t comitia_first_scalar_not_below(const uint8_t *scalars, size_t number, unsigned bits);

/* standing[i]: 0 no canonical encoding of a point, 1 a point outside the subgroup of prime order,
 * 2 an element of it, 3 the identity. */
void comitia_check_points_vartime(const struct layer *layer, const uint8_t *encodings, size_t number,
                                  uint8_t *standing);

/* ok[i]: 1 where it is the one encoding of a point of the curve, else 0 and the identity. */
void comitia_decode_vartime(const struct layer *layer, const uint8_t *encodings, size_t number,
                            struct point *out, uint8_t *ok);

void comitia_encode_vartime(const struct layer *layer, const struct point *points, size_t number,
                            uint8_t *out);

/* out[i] = scalar[i] * points[i], and of the same doublings other_out[i] = other_scalar[i] *
 * points[i]; in_subgroup[i]: whether the order times points[i] is the identity. NULL: not wanted. */
void comitia_multiply_vartime(const struct layer *layer, const struct point *points, size_t number,
                              const uint8_t *scalars, struct point *out,
                              const uint8_t *other_scalars, struct point *other_out,
                              uint8_t *in_subgroup);

/* out[i] = a[i] + b[i] + c[i] + of_generator[i] * generator + of_key[i] * key. NULL: none. */
void comitia_combine_vartime(const struct layer *layer, size_t number, const struct point *a,
                             const struct point *b, const struct point *c,
                             const uint8_t *of_generator, const struct table *generator,
                             const uint8_t *of_key, const struct table *key, struct point *out);

/* out[i] = points[i] + points[i + number] + ... : the sums of the columns of `rows` rows. */
void comitia_add_columns_vartime(const struct layer *layer, const struct point *points, size_t rows,
                                 size_t number, struct point *out);

void comitia_tabulate_vartime(const struct layer *layer, const struct point *base,
                              struct table *out);

/* The sum of scalars[i] * points[i]; bits: of the longest scalar, up to 253. -1: memory is short. */
int comitia_sum_multiples_vartime(const struct layer *layer, const struct point *points,
                                  const uint8_t *scalars, size_t number, unsigned bits,
                                  struct point *out);

/* One field operation on five limbs each, for tests of boundaries; see layer.h. */
void comitia_try_field_vartime(const struct layer *layer, int operation, const uint64_t *a,
                               const uint64_t *b, uint64_t *out);

#endif
