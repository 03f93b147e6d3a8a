/* Ballots by recipe: what an election's ballots look like and what must hold of them, as a table.
 *
 * The recipe is compiled from the election by `comitia.ballots.v1.equations.recipe`, whose words are
 * used here. One recipe serves every ballot of the election, so that equal steps of many ballots are
 * carried out together. It knows nothing of votes: only literals, slots, points and hashes.
 *
 * binding.py reads this file: declarations as C has them, and of the preprocessor only lines that it
 * may leave out.
 *
 * A ballot that passes is valid. Of one that does not nothing is said but that: the reference in
 * Python then finds out what is wrong and says it.
 */
#ifndef COMITIA_RECIPE_H
#define COMITIA_RECIPE_H

#include <stddef.h>
#include <stdint.h>

struct layer;
struct table;

/* Steps of reading a ballot, in order; they must use up all its bytes. {kind, first, length} */
enum step_kind {
    STEP_LITERAL = 0, /* literals[first .. first + length) */
    STEP_ELEMENT = 1, /* 64 hexadecimal digits: the next element slot */
    STEP_SCALAR = 2,  /* a decimal number below q, and a quote after it: the next scalar slot */
    STEP_HASH = 3,    /* 43 characters of Base64, equal to the hash of what stands before the mark */
    STEP_MARK = 4,    /* here the signed part ends; a closing brace completes it */
};

/* Pieces of what a challenge hashes. {kind, first, length} */
enum piece_kind {
    PIECE_LITERAL = 0,    /* literals[first .. first + length) */
    PIECE_ELEMENTS = 1,   /* the texts of element slots first, first + 1 ..., with commas between */
    PIECE_COMBINATION = 2, /* the texts of combinations, as above */
    PIECE_HASH = 3,       /* the hash of the signed part, in Base64 */
};

/* Numbers of points: element slots first, then sums, powers, combinations. Of scalars: scalar slots,
 * then derived ones. Lists lie in `pool`. All tables are rows of int32. */
struct recipe {
    const uint8_t *literals;
    size_t literals_size;
    const int32_t *pool;
    size_t pool_size;

    size_t elements, scalars; /* slots */

    const int32_t (*step)[3];
    size_t steps;
    const int32_t (*derived)[2]; /* {scalar slot, m}: -m * scalar */
    size_t deriveds;
    const int32_t (*sum)[2]; /* {first in pool, length}: points, each an element slot */
    size_t sums;
    const int32_t (*ladder)[4]; /* {point, scalar or -1, scalar or -1, next power}: element or sum */
    size_t ladders, powers;
    const int32_t (*combination)[5]; /* {part or -1 three times, scalar of g or -1, of the key or -1};
                                        a part is an element slot, a sum or a power */
    size_t combinations;
    const int32_t (*piece)[3];
    size_t pieces;
    const int32_t (*challenge)[4]; /* {first piece, pieces, first in pool, scalar slots that add up} */
    size_t challenges;
    const int32_t *no_identity; /* element slots */
    size_t no_identities;
    const int32_t *tallied; /* element slots that are added up over the ballots */
    size_t tallieds;
    const int32_t *exported; /* element slots that are given out ballot by ballot */
    size_t exporteds;
};

struct ballots {
    const uint8_t *bytes;
    const uint64_t *ends; /* ends[i]: where ballot i ends and ballot i + 1 begins */
    size_t number;
    const uint8_t *weights; /* for each ballot a scalar of 32 bytes, or NULL where each weighs 1 */
    const uint8_t *counts; /* for each, whether it is part of the tally */
};

struct findings {
    uint8_t *passed;    /* for each ballot: 1 or 0 */
    uint8_t *digests;   /* for each ballot the SHA-256 of its bytes, 32 bytes */
    uint8_t *tally;     /* for each tallied slot the sum over the ballots that passed and count, 32 */
    uint64_t *tallied;  /* how many these are */
    uint8_t *exported;  /* for each ballot its exported slots, 32 bytes each; 0 of one that is none */
};

/* Returns 0, -1 where memory is short, -2 where a recipe names what is not there. */
int comitia_check_ballots_vartime(const struct layer *layer, const struct recipe *recipe,
                                  const struct ballots *ballots, const struct table *generator,
                                  const struct table *key, struct findings *findings);

#endif
