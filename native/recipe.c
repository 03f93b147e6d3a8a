/* Reading and verifying ballots by recipe (recipe.h). Public data only. */
#include "recipe.h"

#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "layer.h"
#include "scalars.h"
#include "sha256.h"
#include "texts.h"

#define HASH_TEXT 43
#define POINT_ALIGNMENT 64

/* One ballot under way; `point` has the recipe's points in their order. */
struct reading {
    const uint8_t *start, *end;
    size_t mark, hash; /* offsets in the ballot, or 0 */
    uint8_t hash_text[HASH_TEXT];
    const uint8_t **element_text;
    uint8_t (*encoding)[32];
    struct scalar *scalar;
    struct point *point;
    uint8_t (*commitment)[32];
    uint8_t *on_curve, *in_subgroup;
    int passes;
};

/* The ballots of one call, and lists of jobs, each long enough for the longest of its kind. */
struct work {
    const struct layer *layer;
    const struct recipe *recipe;
    struct reading *reading;
    size_t number;
    struct reading **live; /* those that pass so far */
    size_t lives;
    const struct point **from;
    struct point **to;
    const uint8_t **encodings;
    uint8_t **texts;
    uint8_t *ok;
    struct ladder *ladders;
    struct combination *combinations;
    uint8_t *first; /* of each ladder, whether it is the first over its point */
    uint8_t *buffer;
    size_t buffer_size;
    void *blocks[20];
    int allocated, short_of_memory;
};

/* --- A recipe is looked through before it is used --- */

static int within(int32_t first, int32_t length, size_t size) {
    return first >= 0 && length >= 0 && (size_t)first <= size && (size_t)length <= size - (size_t)first;
}

static int names(int32_t number, size_t size) {
    return number >= 0 && (size_t)number < size;
}

static int names_or_none(int32_t number, size_t size) {
    return number == -1 || names(number, size);
}

static int pool_names(const struct recipe *recipe, int32_t first, int32_t length, size_t size) {
    if (!within(first, length, recipe->pool_size)) {
        return 0;
    }
    for (int32_t i = first; i < first + length; i++) {
        if (!names(recipe->pool[i], size)) {
            return 0;
        }
    }
    return 1;
}

static int steps_fit(const struct recipe *recipe) {
    size_t elements = 0, scalars = 0;
    for (size_t i = 0; i < recipe->steps; i++) {
        const int32_t *step = recipe->step[i];
        elements += step[0] == STEP_ELEMENT;
        scalars += step[0] == STEP_SCALAR;
        if (step[0] < STEP_LITERAL || step[0] > STEP_MARK ||
            (step[0] == STEP_LITERAL && !within(step[1], step[2], recipe->literals_size))) {
            return 0;
        }
    }
    return elements == recipe->elements && scalars == recipe->scalars;
}

static int points_fit(const struct recipe *recipe) {
    size_t scalars = recipe->scalars + recipe->deriveds, powers = 0;
    size_t parts = recipe->elements + recipe->sums + recipe->powers;
    for (size_t i = 0; i < recipe->deriveds; i++) {
        if (!names(recipe->derived[i][0], recipe->scalars) || recipe->derived[i][1] < 0) {
            return 0;
        }
    }
    for (size_t i = 0; i < recipe->sums; i++) {
        if (!pool_names(recipe, recipe->sum[i][0], recipe->sum[i][1], recipe->elements)) {
            return 0;
        }
    }
    for (size_t i = 0; i < recipe->ladders; i++) {
        const int32_t *ladder = recipe->ladder[i];
        if (!names(ladder[0], recipe->elements + recipe->sums) ||
            !names_or_none(ladder[1], scalars) || !names_or_none(ladder[2], scalars) ||
            ladder[3] < 0 || (size_t)ladder[3] != powers) {
            return 0;
        }
        powers += (size_t)(ladder[1] >= 0) + (size_t)(ladder[2] >= 0);
    }
    for (size_t i = 0; i < recipe->combinations; i++) {
        const int32_t *combination = recipe->combination[i];
        for (int k = 0; k < 3; k++) {
            if (!names_or_none(combination[k], parts)) {
                return 0;
            }
        }
        if (!names_or_none(combination[3], scalars) || !names_or_none(combination[4], scalars)) {
            return 0;
        }
    }
    return powers == recipe->powers;
}

static int hashes_fit(const struct recipe *recipe) {
    for (size_t i = 0; i < recipe->pieces; i++) {
        const int32_t *piece = recipe->piece[i];
        size_t size = piece[0] == PIECE_LITERAL       ? recipe->literals_size
                      : piece[0] == PIECE_ELEMENTS    ? recipe->elements
                      : piece[0] == PIECE_COMBINATION ? recipe->combinations
                                                      : 0;
        if (piece[0] < PIECE_LITERAL || piece[0] > PIECE_HASH ||
            !within(piece[1], piece[2], size)) {
            return 0;
        }
    }
    for (size_t i = 0; i < recipe->challenges; i++) {
        const int32_t *challenge = recipe->challenge[i];
        if (!within(challenge[0], challenge[1], recipe->pieces) ||
            !pool_names(recipe, challenge[2], challenge[3], recipe->scalars)) {
            return 0;
        }
    }
    return 1;
}

static int slots_fit(const int32_t *slots, size_t number, size_t elements) {
    for (size_t i = 0; i < number; i++) {
        if (!names(slots[i], elements)) {
            return 0;
        }
    }
    return 1;
}

static int recipe_fits(const struct recipe *recipe) {
    return steps_fit(recipe) && points_fit(recipe) && hashes_fit(recipe) &&
           slots_fit(recipe->no_identity, recipe->no_identities, recipe->elements) &&
           slots_fit(recipe->tallied, recipe->tallieds, recipe->elements) &&
           slots_fit(recipe->exported, recipe->exporteds, recipe->elements);
}

/* --- Reading --- */

/* Unpadded Base64 of a SHA-256. */
static void write_hash(const uint8_t digest[32], uint8_t text[HASH_TEXT]) {
    static const char digits[64] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < HASH_TEXT; i++) {
        int bit = 6 * i, byte = bit / 8, shift = 10 - bit % 8;
        unsigned pair = (unsigned)digest[byte] << 8 | (byte < 31 ? digest[byte + 1] : 0u);
        text[i] = (uint8_t)digits[pair >> shift & 63];
    }
}

/* Follow the steps; returns whether the bytes are a ballot of this form, to the last. */
static int follow_steps(const struct recipe *recipe, struct reading *reading) {
    const uint8_t *at = reading->start;
    size_t element = 0, scalar = 0;
    for (size_t i = 0; i < recipe->steps; i++) {
        const int32_t *step = recipe->step[i];
        size_t left = (size_t)(reading->end - at);
        switch (step[0]) {
        case STEP_LITERAL:
            if (left < (size_t)step[2] || memcmp(at, recipe->literals + step[1], (size_t)step[2])) {
                return 0;
            }
            at += step[2];
            break;
        case STEP_ELEMENT:
            if (left < ELEMENT_TEXT || !comitia_read_element(at, reading->encoding[element])) {
                return 0;
            }
            reading->element_text[element++] = at;
            at += ELEMENT_TEXT;
            break;
        case STEP_SCALAR:
            at = comitia_read_decimal(at, reading->end, &reading->scalar[scalar++]);
            if (at == NULL) {
                return 0;
            }
            break;
        case STEP_HASH:
            if (left < HASH_TEXT) {
                return 0;
            }
            reading->hash = (size_t)(at - reading->start);
            at += HASH_TEXT;
            break;
        default:
            reading->mark = (size_t)(at - reading->start);
        }
    }
    return at == reading->end;
}

/* The hash of what stands before the mark, completed by a brace, must be the one that is named. */
static int names_its_hash(struct work *work, struct reading *reading) {
    uint8_t digest[32];
    memcpy(work->buffer, reading->start, reading->mark);
    work->buffer[reading->mark] = '}';
    comitia_sha256(work->buffer, reading->mark + 1, digest);
    write_hash(digest, reading->hash_text);
    return reading->hash == 0 ||
           memcmp(reading->start + reading->hash, reading->hash_text, HASH_TEXT) == 0;
}

static void read_ballots(struct work *work) {
    const struct recipe *recipe = work->recipe;
    for (size_t i = 0; i < work->number; i++) {
        struct reading *reading = &work->reading[i];
        reading->passes = follow_steps(recipe, reading) && names_its_hash(work, reading);
        for (size_t k = 0; k < recipe->deriveds && reading->passes; k++) {
            const int32_t *derived = recipe->derived[k];
            reading->scalar[recipe->scalars + k] = comitia_scalar_minus_multiple(
                &reading->scalar[derived[0]], (uint32_t)derived[1]);
        }
        if (reading->passes) {
            work->live[work->lives++] = reading;
        }
    }
}

/* --- Points --- */

static void decode_elements(struct work *work) {
    size_t elements = work->recipe->elements, job = 0;
    for (size_t i = 0; i < work->lives; i++) {
        for (size_t k = 0; k < elements; k++, job++) {
            work->encodings[job] = work->live[i]->encoding[k];
            work->to[job] = &work->live[i]->point[k];
        }
    }
    work->layer->decode(work->encodings, work->to, work->ok, job);
    job = 0;
    for (size_t i = 0; i < work->lives; i++) {
        for (size_t k = 0; k < elements; k++) {
            work->live[i]->on_curve[k] = work->ok[job++];
        }
    }
}

static void add_sums(struct work *work) {
    const struct recipe *recipe = work->recipe;
    for (size_t s = 0; s < recipe->sums; s++) {
        size_t first = (size_t)recipe->sum[s][0], length = (size_t)recipe->sum[s][1], job = 0;
        for (size_t i = 0; i < work->lives; i++) {
            struct point *point = work->live[i]->point;
            for (size_t k = 0; k < length; k++) {
                work->from[job++] = &point[recipe->pool[first + k]];
            }
            work->to[i] = &point[recipe->elements + s];
        }
        work->layer->add_up(work->from, length, work->to, work->lives);
    }
}

static void run_ladders(struct work *work) {
    const struct recipe *recipe = work->recipe;
    size_t first_power = recipe->elements + recipe->sums, job = 0;
    for (size_t i = 0; i < work->lives; i++) {
        struct reading *reading = work->live[i];
        for (size_t k = 0; k < recipe->ladders; k++, job++) {
            const int32_t *row = recipe->ladder[k];
            struct ladder *ladder = &work->ladders[job];
            size_t next = first_power + (size_t)row[3];
            memset(ladder, 0, sizeof *ladder);
            ladder->of = &reading->point[row[0]];
            for (int j = 0; j < 2; j++) {
                if (row[1 + j] >= 0) {
                    ladder->scalar[j] = &reading->scalar[row[1 + j]];
                    ladder->out[j] = &reading->point[next++];
                }
            }
            if ((size_t)row[0] < recipe->elements && work->first[k]) {
                ladder->in_subgroup = &reading->in_subgroup[row[0]];
            }
        }
    }
    work->layer->run_ladders(work->ladders, job);
}

static void combine(struct work *work, const struct table *generator, const struct table *key) {
    const struct recipe *recipe = work->recipe;
    size_t first = recipe->elements + recipe->sums + recipe->powers, job = 0;
    for (size_t i = 0; i < work->lives; i++) {
        struct reading *reading = work->live[i];
        for (size_t k = 0; k < recipe->combinations; k++, job++) {
            const int32_t *row = recipe->combination[k];
            struct combination *combination = &work->combinations[job];
            memset(combination, 0, sizeof *combination);
            for (int j = 0; j < 3; j++) {
                if (row[j] >= 0) {
                    combination->part[j] = &reading->point[row[j]];
                }
            }
            combination->of_generator = row[3] >= 0 ? &reading->scalar[row[3]] : NULL;
            combination->of_key = row[4] >= 0 ? &reading->scalar[row[4]] : NULL;
            combination->out = &reading->point[first + k];
            work->from[job] = combination->out;
            work->texts[job] = reading->commitment[k];
        }
    }
    work->layer->combine(work->combinations, job, generator, key);
    work->layer->encode(work->from, work->texts, job);
}

/* --- Challenges --- */

static uint8_t *write_piece(const struct recipe *recipe, const struct reading *reading,
                            const int32_t *piece, uint8_t *at) {
    size_t first = (size_t)piece[1], length = (size_t)piece[2];
    switch (piece[0]) {
    case PIECE_LITERAL:
        memcpy(at, recipe->literals + first, length);
        return at + length;
    case PIECE_HASH:
        memcpy(at, reading->hash_text, HASH_TEXT);
        return at + HASH_TEXT;
    default:
        for (size_t i = first; i < first + length; i++) {
            if (i > first) {
                *at++ = ',';
            }
            if (piece[0] == PIECE_ELEMENTS) {
                memcpy(at, reading->element_text[i], ELEMENT_TEXT);
            } else {
                comitia_write_element(reading->commitment[i], at);
            }
            at += ELEMENT_TEXT;
        }
        return at;
    }
}

static int challenge_holds(struct work *work, const struct reading *reading,
                           const int32_t *challenge) {
    const struct recipe *recipe = work->recipe;
    uint8_t *at = work->buffer;
    for (int32_t i = 0; i < challenge[1]; i++) {
        at = write_piece(recipe, reading, recipe->piece[challenge[0] + i], at);
    }
    EXPECT((size_t)(at - work->buffer) <= work->buffer_size);
    uint8_t digest[32];
    comitia_sha256(work->buffer, (size_t)(at - work->buffer), digest);
    struct scalar expected = comitia_reduce(digest), found = {{0}};
    for (int32_t i = 0; i < challenge[3]; i++) {
        found = comitia_scalar_add(&found, &reading->scalar[recipe->pool[challenge[2] + i]]);
    }
    return comitia_scalar_equal(&expected, &found);
}

static int is_identity_encoding(const uint8_t encoding[32]) {
    static const uint8_t identity[32] = {1};
    return memcmp(encoding, identity, sizeof identity) == 0;
}

static int ballot_holds(struct work *work, const struct reading *reading) {
    const struct recipe *recipe = work->recipe;
    for (size_t k = 0; k < recipe->elements; k++) {
        if (reading->on_curve[k] != 1 || reading->in_subgroup[k] != 1) {
            return 0;
        }
    }
    for (size_t k = 0; k < recipe->no_identities; k++) {
        if (is_identity_encoding(reading->encoding[recipe->no_identity[k]])) {
            return 0;
        }
    }
    for (size_t k = 0; k < recipe->challenges; k++) {
        if (!challenge_holds(work, reading, recipe->challenge[k])) {
            return 0;
        }
    }
    return 1;
}

/* --- The tally --- */

/* The points of a tallied slot, weighed, in place of the slot's own. */
static void weigh(struct work *work, const struct ballots *ballots) {
    static const struct scalar one = {{1}};
    const struct scalar *weights = (const struct scalar *)ballots->weights;
    const struct recipe *recipe = work->recipe;
    size_t job = 0;
    for (size_t i = 0; i < work->number; i++) {
        struct reading *reading = &work->reading[i];
        if (!reading->passes || !ballots->counts[i] || comitia_scalar_equal(&weights[i], &one)) {
            continue;
        }
        for (size_t k = 0; k < recipe->tallieds; k++, job++) {
            struct ladder *ladder = &work->ladders[job];
            memset(ladder, 0, sizeof *ladder);
            ladder->of = &reading->point[recipe->tallied[k]];
            ladder->scalar[0] = &weights[i];
            ladder->out[0] = &reading->point[recipe->tallied[k]];
        }
    }
    work->layer->run_ladders(work->ladders, job);
}

static uint64_t tally(struct work *work, const struct ballots *ballots, struct point *sums,
                      uint8_t *out) {
    const struct recipe *recipe = work->recipe;
    size_t number = 0, job = 0;
    if (ballots->weights != NULL) {
        weigh(work, ballots);
    }
    for (size_t i = 0; i < work->number; i++) {
        number += work->reading[i].passes && ballots->counts[i];
    }
    for (size_t k = 0; k < recipe->tallieds; k++) {
        for (size_t i = 0; i < work->number; i++) {
            if (work->reading[i].passes && ballots->counts[i]) {
                work->from[job++] = &work->reading[i].point[recipe->tallied[k]];
            }
        }
        work->to[k] = &sums[k];
    }
    work->layer->add_up(work->from, number, work->to, recipe->tallieds);
    for (size_t k = 0; k < recipe->tallieds; k++) {
        work->from[k] = &sums[k];
        work->texts[k] = out + 32 * k;
    }
    work->layer->encode(work->from, work->texts, recipe->tallieds);
    return number;
}

/* --- Memory --- */

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

/* Zeroed memory for `number` things, or NULL and a note where it is short. */
static void *reserve(struct work *work, size_t number, size_t size) {
    if (number != 0 && size > (SIZE_MAX - POINT_ALIGNMENT) / number) {
        work->short_of_memory = 1;
        return NULL;
    }
    size_t bytes = (number * size / POINT_ALIGNMENT + 1) * POINT_ALIGNMENT;
    void *block = aligned_alloc(POINT_ALIGNMENT, bytes);
    if (block == NULL) {
        work->short_of_memory = 1;
        return NULL;
    }
    memset(block, 0, bytes);
    work->blocks[work->allocated++] = block;
    return block;
}

static void release(struct work *work) {
    for (int i = 0; i < work->allocated; i++) {
        free(work->blocks[i]);
    }
}

/* What the longest text that is hashed may have. */
static size_t longest_text(const struct recipe *recipe, const struct ballots *ballots) {
    size_t longest = 0, start = 0;
    for (size_t i = 0; i < ballots->number; start = (size_t)ballots->ends[i++]) {
        longest = larger(longest, (size_t)ballots->ends[i] - start + 1);
    }
    for (size_t i = 0; i < recipe->challenges; i++) {
        size_t size = 0;
        for (int32_t k = 0; k < recipe->challenge[i][1]; k++) {
            const int32_t *piece = recipe->piece[recipe->challenge[i][0] + k];
            size_t length = (size_t)piece[2];
            size += piece[0] == PIECE_LITERAL ? length
                    : piece[0] == PIECE_HASH  ? HASH_TEXT
                                              : length * (ELEMENT_TEXT + 1);
        }
        longest = larger(longest, size);
    }
    return longest;
}

static size_t longest_sum(const struct recipe *recipe) {
    size_t longest = 0;
    for (size_t i = 0; i < recipe->sums; i++) {
        longest = larger(longest, (size_t)recipe->sum[i][1]);
    }
    return longest;
}

static void reserve_all(struct work *work, const struct ballots *ballots) {
    const struct recipe *recipe = work->recipe;
    size_t number = ballots->number, elements = recipe->elements;
    size_t scalars = recipe->scalars + recipe->deriveds;
    size_t points = elements + recipe->sums + recipe->powers + recipe->combinations;
    size_t jobs = larger(larger(elements, recipe->combinations),
                         larger(longest_sum(recipe), recipe->tallieds));
    size_t texts = larger(number * recipe->combinations, recipe->tallieds);
    jobs = larger(number * jobs, larger(number, recipe->tallieds));
    work->number = number;
    work->buffer_size = longest_text(recipe, ballots);
    work->reading = reserve(work, number, sizeof *work->reading);
    work->live = reserve(work, number, sizeof *work->live);
    work->from = reserve(work, jobs, sizeof *work->from);
    work->to = reserve(work, jobs, sizeof *work->to);
    work->encodings = reserve(work, number * elements, sizeof *work->encodings);
    work->texts = reserve(work, texts, sizeof *work->texts);
    work->ok = reserve(work, number * elements, 1);
    work->ladders =
        reserve(work, number * larger(recipe->ladders, recipe->tallieds), sizeof *work->ladders);
    work->combinations = reserve(work, number * recipe->combinations, sizeof *work->combinations);
    work->first = reserve(work, recipe->ladders, 1);
    work->buffer = reserve(work, work->buffer_size + 1, 1);
    const uint8_t **texts_of = reserve(work, number * elements, sizeof *texts_of);
    uint8_t(*encodings)[32] = reserve(work, number * elements, sizeof *encodings);
    struct scalar *scalar = reserve(work, number * scalars, sizeof *scalar);
    struct point *point = reserve(work, number * points, sizeof *point);
    uint8_t(*commitments)[32] = reserve(work, number * recipe->combinations, sizeof *commitments);
    uint8_t *on_curve = reserve(work, number * elements, 1);
    uint8_t *in_subgroup = reserve(work, number * elements, 1);
    for (size_t i = 0; i < number && !work->short_of_memory; i++) {
        struct reading *reading = &work->reading[i];
        reading->start = ballots->bytes + (i == 0 ? 0 : ballots->ends[i - 1]);
        reading->end = ballots->bytes + ballots->ends[i];
        reading->element_text = texts_of + i * elements;
        reading->encoding = encodings + i * elements;
        reading->scalar = scalar + i * scalars;
        reading->point = point + i * points;
        reading->commitment = commitments + i * recipe->combinations;
        reading->on_curve = on_curve + i * elements;
        reading->in_subgroup = in_subgroup + i * elements;
    }
}

/* The first ladder over an element is the one that also checks its order. */
static int find_first_ladders(struct work *work) {
    const struct recipe *recipe = work->recipe;
    uint8_t *seen = calloc(recipe->elements + recipe->sums + 1, 1);
    if (seen == NULL) {
        return -1;
    }
    for (size_t i = 0; i < recipe->ladders; i++) {
        work->first[i] = !seen[recipe->ladder[i][0]];
        seen[recipe->ladder[i][0]] = 1;
    }
    free(seen);
    return 0;
}

static int ballots_fit(const struct ballots *ballots) {
    for (size_t i = 1; i < ballots->number; i++) {
        if (ballots->ends[i] < ballots->ends[i - 1]) {
            return 0;
        }
    }
    return 1;
}

static void check(struct work *work, const struct table *generator, const struct table *key) {
    read_ballots(work);
    if (work->lives == 0) {
        return;
    }
    decode_elements(work);
    add_sums(work);
    run_ladders(work);
    combine(work, generator, key);
    for (size_t i = 0; i < work->lives; i++) {
        work->live[i]->passes = ballot_holds(work, work->live[i]);
    }
}

int comitia_check_ballots_vartime(const struct layer *layer, const struct recipe *recipe,
                                  const struct ballots *ballots, const struct table *generator,
                                  const struct table *key, struct findings *findings) {
    struct work work;
    memset(&work, 0, sizeof work);
    work.layer = layer;
    work.recipe = recipe;
    if (!recipe_fits(recipe) || !ballots_fit(ballots)) {
        return -2;
    }
    reserve_all(&work, ballots);
    struct point *sums = reserve(&work, recipe->tallieds, sizeof *sums);
    if (work.short_of_memory || find_first_ladders(&work) != 0) {
        release(&work);
        return -1;
    }
    for (size_t i = 0; i < work.number; i++) {
        const uint8_t *start = work.reading[i].start;
        comitia_sha256(start, (size_t)(work.reading[i].end - start), findings->digests + 32 * i);
    }
    check(&work, generator, key);
    for (size_t i = 0; i < work.number; i++) {
        findings->passed[i] = (uint8_t)work.reading[i].passes;
        for (size_t k = 0; k < recipe->exporteds; k++) {
            memcpy(findings->exported + 32 * (i * recipe->exporteds + k),
                   work.reading[i].encoding[recipe->exported[k]], 32);
        }
    }
    *findings->tallied = tally(&work, ballots, sums, findings->tally);
    release(&work);
    return 0;
}
