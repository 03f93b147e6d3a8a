/* A layer's batch functions (layer.h), on any field layer. Included once by each layer, after points.h.
 *
 * A group is as many items as there are lanes; the last group of a batch is filled up with its own
 * last item, whose result is written again.
 */

#define LADDER_DIGITS 64 /* signed, radix 16 */
#define LADDER_BUCKETS 9 /* for digits 0 to 8; what digit 0 collects is never looked at */
#define LADDER_BITS 253

/* q = 2^252 + 27742317777372353535851937790883648493 as signed odd digits below 8, by their places
 * (width-4 non-adjacent form). Tests sum it up. */
struct order_digit {
    int16_t place;
    int16_t digit;
};
static const struct order_digit ORDER_DIGITS[] = {
    {0, -3},  {4, -1},  {10, 5},  {14, 7},  {18, -3}, {24, -3},  {29, 3},   {33, -3},   {37, -7},
    {42, -7}, {47, 5},  {52, 1},  {59, -5}, {63, -3}, {67, -5},  {72, -3},  {77, -3},   {83, -1},
    {88, 3},  {93, 5},  {97, -1}, {101, -1}, {105, -3}, {112, -1}, {117, 7}, {122, 5},  {252, 1},
};
#define ORDER_DIGITS_NUMBER ((int)(sizeof ORDER_DIGITS / sizeof ORDER_DIGITS[0]))

static const struct point IDENTITY_POINT = {{0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}};
static const struct table_entry IDENTITY_ENTRY = {{1, 0, 0, 0, 0, 1}};

/* Digits from -8 to 8, lowest first, of a scalar below 2^253. */
static void digits_radix_16(const struct scalar *scalar, int8_t digit[LADDER_DIGITS]) {
    int carry = 0;
    for (int i = 0; i < LADDER_DIGITS; i++) {
        int value = ((scalar->byte[i / 2] >> (4 * (i & 1))) & 15) + carry;
        carry = value > 8;
        digit[i] = (int8_t)(value - 16 * carry);
    }
    EXPECT(carry == 0);
}

/* Digits from -128 to 128, lowest first, of a scalar below 2^253. */
static void digits_radix_256(const struct scalar *scalar, int16_t digit[TABLE_ROWS]) {
    int carry = 0;
    for (int i = 0; i < TABLE_ROWS; i++) {
        int value = scalar->byte[i] + carry;
        carry = value > 128;
        digit[i] = (int16_t)(value - 256 * carry);
    }
    EXPECT(carry == 0);
}

/* --- Reading and writing --- */

/* Limbs of y; whether the bytes below the sign are a value below 2^255 - 19. */
static int unpack(const uint8_t *encoding, uint64_t limb[5], int *sign) {
    uint64_t word[4];
    memcpy(word, encoding, sizeof word);
    *sign = (int)(word[3] >> 63);
    word[3] &= ~(UINT64_C(1) << 63);
    int canonical = !(word[3] == UINT64_C(0x7fffffffffffffff) && word[2] == ~UINT64_C(0) &&
                      word[1] == ~UINT64_C(0) && word[0] >= ~UINT64_C(0) - 18);
    limb[0] = word[0] & LIMB_MASK;
    limb[1] = (word[0] >> 51 | word[1] << 13) & LIMB_MASK;
    limb[2] = (word[1] >> 38 | word[2] << 26) & LIMB_MASK;
    limb[3] = (word[2] >> 25 | word[3] << 39) & LIMB_MASK;
    limb[4] = word[3] >> 12;
    return canonical;
}

/* Bytes of reduced limbs. */
static void pack(const uint64_t limb[5], int sign, uint8_t *encoding) {
    uint64_t word[4];
    word[0] = limb[0] | limb[1] << 51;
    word[1] = limb[1] >> 13 | limb[2] << 38;
    word[2] = limb[2] >> 26 | limb[3] << 25;
    word[3] = limb[3] >> 39 | limb[4] << 12 | (uint64_t)sign << 63;
    memcpy(encoding, word, sizeof word);
}

/* x from y: the root of (y^2 - 1)/(d y^2 + 1) (RFC 8032, 5.1.3). Returns where there is one. */
static lanes find_x(field y, lanes sign, extended *out) {
    field one = field_constant(ONE);
    field y2 = field_square(y);
    field u = field_carry(field_sub(y2, one));
    field v = field_carry(field_add(field_multiply(y2, field_constant(CURVE_D)), one));
    field v3 = field_multiply(field_square(v), v);
    field v7 = field_multiply(field_square(v3), v);
    field x = field_multiply(field_multiply(u, v3), power_for_root(field_multiply(u, v7)));
    field reached = field_reduce(field_multiply(v, field_square(x)));
    lanes exact = field_equal(reached, field_reduce(u));
    field minus_u = field_carry(field_sub(field_constant(ZERO), u));
    lanes opposite = field_equal(reached, field_reduce(minus_u));
    x = field_select(exact, x, field_multiply(x, field_constant(ROOT_OF_MINUS_ONE)));
    field reduced = field_reduce(x);
    lanes negated = field_is_odd(reduced) ^ sign;
    lanes zero = field_equal(reduced, field_constant(ZERO));
    out->x = field_select(negated, field_carry(field_sub(field_constant(ZERO), reduced)), reduced);
    out->y = y;
    out->z = one;
    out->t = field_multiply(out->x, y);
    return (exact | opposite) & (lanes) ~(zero & sign);
}

static void decode_group(const uint8_t *const encoding[LANES], struct point *const out[LANES],
                         uint8_t *const ok[LANES]) {
    struct point packed[LANES];
    const uint64_t *from[LANES];
    unsigned canonical = 0, signs = 0;
    for (int lane = 0; lane < LANES; lane++) {
        int sign;
        memset(&packed[lane], 0, sizeof packed[lane]);
        canonical |= (unsigned)unpack(encoding[lane], packed[lane].limb, &sign) << lane;
        signs |= (unsigned)sign << lane;
        from[lane] = packed[lane].limb;
    }
    field y;
    load_fields(&y, 1, from);
    extended found;
    extended none = identity_point();
    lanes good = find_x(y, lanes_of_bits(signs), &found) & lanes_of_bits(canonical);
    found = select_points(good, &found, &none);
    store_points(out, &found);
    unsigned bits = bits_of_lanes(good);
    for (int lane = 0; lane < LANES; lane++) {
        *ok[lane] = (uint8_t)(bits >> lane & 1);
    }
}

static void decode(const uint8_t *const *encodings, struct point *const *out, uint8_t *ok,
                   size_t number) {
    for (size_t first = 0; first < number; first += LANES) {
        const uint8_t *encoding[LANES];
        struct point *to[LANES];
        uint8_t *where[LANES];
        for (size_t lane = 0; lane < LANES; lane++) {
            size_t i = first + lane < number ? first + lane : number - 1;
            encoding[lane] = encodings[i];
            to[lane] = out[i];
            where[lane] = &ok[i];
        }
        decode_group(encoding, to, where);
    }
}

#define INVERTED_TOGETHER 32

static void load_group(const struct point *const *points, size_t first, size_t number,
                       const struct point *out[LANES]) {
    for (size_t lane = 0; lane < LANES; lane++) {
        size_t i = first + lane < number ? first + lane : number - 1;
        out[lane] = points[i] != NULL ? points[i] : &IDENTITY_POINT;
    }
}

/* 1/z of up to INVERTED_TOGETHER groups by one inversion (Montgomery). */
static void invert_together(const field *z, field *inverse, int groups) {
    field running = z[0];
    inverse[0] = field_constant(ONE);
    for (int i = 1; i < groups; i++) {
        inverse[i] = running; /* the product of all before */
        running = field_multiply(running, z[i]);
    }
    running = field_invert(running);
    for (int i = groups - 1; i > 0; i--) {
        inverse[i] = field_multiply(inverse[i], running);
        running = field_multiply(running, z[i]);
    }
    inverse[0] = running;
}

static void encode_group(const extended *points, field inverse, uint8_t *const *out, size_t first,
                         size_t number) {
    field affine[2] = {field_reduce(field_multiply(points->x, inverse)),
                       field_reduce(field_multiply(points->y, inverse))};
    struct point packed[LANES];
    uint64_t *to[LANES];
    for (int lane = 0; lane < LANES; lane++) {
        to[lane] = packed[lane].limb;
    }
    store_fields(to, affine, 2);
    for (size_t lane = 0; lane < LANES && first + lane < number; lane++) {
        pack(&packed[lane].limb[5], (int)(packed[lane].limb[0] & 1), out[first + lane]);
    }
}

static void encode(const struct point *const *points, uint8_t *const *out, size_t number) {
    for (size_t start = 0; start < number; start += INVERTED_TOGETHER * LANES) {
        extended group[INVERTED_TOGETHER];
        field z[INVERTED_TOGETHER], inverse[INVERTED_TOGETHER];
        int groups = 0;
        z[0] = field_constant(ONE);
        for (size_t first = start; first < number && groups < INVERTED_TOGETHER; first += LANES) {
            const struct point *from[LANES];
            load_group(points, first, number, from);
            group[groups] = load_points(from);
            z[groups] = group[groups].z;
            groups++;
        }
        invert_together(z, inverse, groups);
        for (int i = 0; i < groups; i++) {
            encode_group(&group[i], inverse[i], out, start + (size_t)i * LANES, number);
        }
    }
}

/* --- Ladders: several multiples of one point, whose doublings are shared --- */

/* The buckets of one scalar in every lane. */
struct buckets {
    struct point of[LADDER_BUCKETS][LANES];
};

static void add_to_buckets(struct buckets *buckets, const int8_t digit[LANES], const addend *power) {
    const struct point *from[LANES];
    struct point *to[LANES];
    unsigned negative = 0;
    for (int lane = 0; lane < LANES; lane++) {
        int value = digit[lane];
        negative |= (unsigned)(value < 0) << lane;
        to[lane] = &buckets->of[value < 0 ? -value : value][lane];
        from[lane] = to[lane];
    }
    if (LANES == 1 && digit[0] == 0) {
        return;
    }
    extended sum = load_points(from);
    addend signed_power;
    negate_addend(&signed_power, power, lanes_of_bits(negative));
    add(&sum, &sum, &signed_power);
    store_points(to, &sum);
}

/* 1 * bucket 1 + 2 * bucket 2 + ... + 8 * bucket 8 */
static extended sum_of_buckets(const struct buckets *buckets) {
    const struct point *from[LANES];
    for (int lane = 0; lane < LANES; lane++) {
        from[lane] = &buckets->of[LADDER_BUCKETS - 1][lane];
    }
    extended running = load_points(from);
    extended total = running;
    for (int j = LADDER_BUCKETS - 2; j > 0; j--) {
        for (int lane = 0; lane < LANES; lane++) {
            from[lane] = &buckets->of[j][lane];
        }
        extended bucket = load_points(from);
        addend more;
        addend_of(&more, &bucket);
        add(&running, &running, &more);
        addend_of(&more, &running);
        add(&total, &total, &more);
    }
    return total;
}

/* 1 * odd[0] + 3 * odd[1] + 5 * odd[2] + 7 * odd[3] */
static extended sum_of_odd_buckets(const extended odd[4]) {
    extended running = odd[3];
    extended total = running;
    for (int j = 2; j >= 0; j--) {
        addend more;
        addend_of(&more, &odd[j]);
        add(&running, &running, &more);
        if (j > 0) {
            addend_of(&more, &running);
            add(&total, &total, &more);
        }
    }
    twice(&total, &total, 1);
    addend last;
    addend_of(&last, &running);
    add(&total, &total, &last);
    return total;
}

static void clear_buckets(struct buckets *buckets) {
    for (int j = 0; j < LADDER_BUCKETS; j++) {
        for (int lane = 0; lane < LANES; lane++) {
            buckets->of[j][lane] = IDENTITY_POINT;
        }
    }
}

static void ladder_group(const struct ladder *const ladder[LANES]) {
    static const int8_t none[LADDER_DIGITS];
    int8_t digits[2][LANES][LADDER_DIGITS];
    struct buckets buckets[2];
    const struct point *from[LANES];
    int wanted[2] = {0, 0}, checked = 0;
    for (int lane = 0; lane < LANES; lane++) {
        from[lane] = ladder[lane]->of;
        checked |= ladder[lane]->in_subgroup != NULL;
        for (int k = 0; k < 2; k++) {
            if (ladder[lane]->scalar[k] != NULL) {
                digits_radix_16(ladder[lane]->scalar[k], digits[k][lane]);
                wanted[k] = 1;
            } else {
                memcpy(digits[k][lane], none, sizeof none);
            }
        }
    }
    for (int k = 0; k < 2; k++) {
        if (wanted[k]) {
            clear_buckets(&buckets[k]);
        }
    }
    extended power = load_points(from);
    extended odd[4];
    for (int j = 0; j < 4; j++) {
        odd[j] = identity_point();
    }
    int multiplied = wanted[0] || wanted[1];
    int next_order = checked ? 0 : ORDER_DIGITS_NUMBER;
    for (int i = 0; i < LADDER_BITS; i++) {
        int for_digits = multiplied && i % 4 == 0;
        int for_order = next_order < ORDER_DIGITS_NUMBER && ORDER_DIGITS[next_order].place == i;
        if (for_digits || for_order) {
            addend more;
            addend_of(&more, &power);
            for (int k = 0; k < 2 && for_digits; k++) {
                if (wanted[k]) {
                    int8_t digit[LANES];
                    for (int lane = 0; lane < LANES; lane++) {
                        digit[lane] = digits[k][lane][i / 4];
                    }
                    add_to_buckets(&buckets[k], digit, &more);
                }
            }
            if (for_order) {
                int digit = ORDER_DIGITS[next_order++].digit;
                addend part;
                negate_addend(&part, &more, digit < 0 ? (lanes)~(lanes)0 : (lanes)0);
                extended *bucket = &odd[(digit < 0 ? -digit : digit) / 2];
                add(bucket, bucket, &part);
            }
        }
        if (i + 1 < LADDER_BITS) {
            int soon =
                (multiplied && (i + 1) % 4 == 0) ||
                (next_order < ORDER_DIGITS_NUMBER && ORDER_DIGITS[next_order].place == i + 1);
            twice(&power, &power, soon);
        }
    }
    for (int k = 0; k < 2; k++) {
        if (!wanted[k]) {
            continue;
        }
        extended total = sum_of_buckets(&buckets[k]);
        struct point unused;
        struct point *to[LANES];
        for (int lane = 0; lane < LANES; lane++) {
            to[lane] = ladder[lane]->scalar[k] != NULL ? ladder[lane]->out[k] : &unused;
        }
        store_points(to, &total);
    }
    if (checked) {
        extended multiple = sum_of_odd_buckets(odd);
        unsigned bits = bits_of_lanes(is_identity(&multiple));
        for (int lane = 0; lane < LANES; lane++) {
            if (ladder[lane]->in_subgroup != NULL) {
                *ladder[lane]->in_subgroup = (uint8_t)(bits >> lane & 1);
            }
        }
    }
}

static void run_ladders(const struct ladder *ladders, size_t number) {
    for (size_t first = 0; first < number; first += LANES) {
        const struct ladder *group[LANES];
        for (size_t lane = 0; lane < LANES; lane++) {
            size_t i = first + lane < number ? first + lane : number - 1;
            group[lane] = &ladders[i];
        }
        ladder_group(group);
    }
}

/* --- Sums with multiples of fixed bases --- */

static extended add_multiple(extended sum, const struct scalar *const scalar[LANES],
                             const struct table *table) {
    int16_t digits[LANES][TABLE_ROWS];
    for (int lane = 0; lane < LANES; lane++) {
        if (scalar[lane] != NULL) {
            digits_radix_256(scalar[lane], digits[lane]);
        } else {
            memset(digits[lane], 0, sizeof digits[lane]);
        }
    }
    for (int row = 0; row < TABLE_ROWS; row++) {
        const uint64_t *from[LANES];
        unsigned negative = 0;
        for (int lane = 0; lane < LANES; lane++) {
            int digit = digits[lane][row];
            int size = digit < 0 ? -digit : digit;
            negative |= (unsigned)(digit < 0) << lane;
            from[lane] = size == 0 ? IDENTITY_ENTRY.limb : table->entry[row][size - 1].limb;
        }
        if (LANES == 1 && digits[0][row] == 0) {
            continue;
        }
        affine_addend entry, part;
        load_fields((field *)&entry, 3, from);
        lanes where = lanes_of_bits(negative);
        field minus = field_carry(field_sub(field_constant(ZERO), entry.twice_dt));
        part.sum = field_select(where, entry.difference, entry.sum);
        part.difference = field_select(where, entry.sum, entry.difference);
        part.twice_dt = field_select(where, minus, entry.twice_dt);
        add_affine(&sum, &sum, &part);
    }
    return sum;
}

/* The parts of a group's combinations, added up. */
static void add_parts(const struct combination *const group[LANES]) {
    extended sum = identity_point();
    struct point *to[LANES];
    for (int k = 0; k < 3; k++) {
        const struct point *from[LANES];
        int any = 0;
        for (int lane = 0; lane < LANES; lane++) {
            const struct point *part = group[lane]->part[k];
            any |= part != NULL;
            from[lane] = part != NULL ? part : &IDENTITY_POINT;
            to[lane] = group[lane]->out;
        }
        if (any) {
            extended part = load_points(from);
            addend more;
            addend_of(&more, &part);
            add(&sum, &sum, &more);
        }
    }
    store_points(to, &sum);
}

/* Multiples of a fixed base, added to what a group's combinations have so far. */
static void add_multiples(struct point *const group[LANES], const struct scalar *const scalar[LANES],
                          const struct table *table) {
    const struct point *from[LANES];
    for (int lane = 0; lane < LANES; lane++) {
        from[lane] = group[lane];
    }
    extended sum = add_multiple(load_points(from), scalar, table);
    store_points(group, &sum);
}

/* The multiples of one fixed base for all combinations that have one. Those that have none take up no
 * lane, and the table of the other base does not drive this one out of the cache. */
static void add_all_multiples(const struct combination *combinations, size_t number,
                              const struct table *table, int of_key) {
    struct point *out[LANES];
    const struct scalar *scalar[LANES];
    int filled = 0;
    for (size_t i = 0; i < number; i++) {
        const struct scalar *one =
            of_key ? combinations[i].of_key : combinations[i].of_generator;
        if (one != NULL) {
            out[filled] = combinations[i].out;
            scalar[filled++] = one;
        }
        if (filled == LANES) {
            add_multiples(out, scalar, table);
            filled = 0;
        }
    }
    if (filled > 0) {
        for (int lane = filled; lane < LANES; lane++) {
            out[lane] = out[filled - 1];
            scalar[lane] = scalar[filled - 1];
        }
        add_multiples(out, scalar, table);
    }
}

static void combine(const struct combination *combinations, size_t number,
                    const struct table *generator, const struct table *key) {
    for (size_t first = 0; first < number; first += LANES) {
        const struct combination *group[LANES];
        for (size_t lane = 0; lane < LANES; lane++) {
            size_t i = first + lane < number ? first + lane : number - 1;
            group[lane] = &combinations[i];
        }
        add_parts(group);
    }
    add_all_multiples(combinations, number, generator, 0);
    add_all_multiples(combinations, number, key, 1);
}

static void add_up(const struct point *const *points, size_t length, struct point *const *out,
                   size_t number) {
    for (size_t first = 0; first < number; first += LANES) {
        extended sum = identity_point();
        struct point *to[LANES];
        for (size_t k = 0; k < length; k++) {
            const struct point *from[LANES];
            for (size_t lane = 0; lane < LANES; lane++) {
                size_t i = first + lane < number ? first + lane : number - 1;
                const struct point *one = points[i * length + k];
                from[lane] = one != NULL ? one : &IDENTITY_POINT;
            }
            extended part = load_points(from);
            addend more;
            addend_of(&more, &part);
            add(&sum, &sum, &more);
        }
        for (size_t lane = 0; lane < LANES; lane++) {
            to[lane] = out[first + lane < number ? first + lane : number - 1];
        }
        store_points(to, &sum);
    }
}

/* --- The table of a fixed base --- */

#define TABULATED_TOGETHER 32

static void store_entries(struct table *table, int first_row, int column, const affine_addend *in) {
    struct point packed[LANES];
    uint64_t *to[LANES];
    for (int lane = 0; lane < LANES; lane++) {
        to[lane] = packed[lane].limb;
    }
    store_fields(to, (const field *)in, 3);
    for (int lane = 0; lane < LANES; lane++) {
        packed[lane].limb[15] = 0; /* a layer of one lane does not write it */
        memcpy(table->entry[first_row + lane][column].limb, packed[lane].limb,
               sizeof table->entry[0][0].limb);
    }
}

static void tabulate_rows(const struct point *bases, struct table *out, int first_row) {
    const struct point *from[LANES];
    for (int lane = 0; lane < LANES; lane++) {
        from[lane] = &bases[first_row + lane];
    }
    extended multiple = load_points(from);
    addend base;
    addend_of(&base, &multiple);
    for (int start = 0; start < TABLE_COLUMNS; start += TABULATED_TOGETHER) {
        extended point[TABULATED_TOGETHER];
        field z[TABULATED_TOGETHER], inverse[TABULATED_TOGETHER];
        for (int j = 0; j < TABULATED_TOGETHER; j++) {
            point[j] = multiple;
            z[j] = multiple.z;
            add(&multiple, &multiple, &base);
        }
        invert_together(z, inverse, TABULATED_TOGETHER);
        for (int j = 0; j < TABULATED_TOGETHER; j++) {
            field x = field_multiply(point[j].x, inverse[j]);
            field y = field_multiply(point[j].y, inverse[j]);
            affine_addend entry;
            entry.sum = field_carry(field_add(y, x));
            entry.difference = field_carry(field_sub(y, x));
            entry.twice_dt = field_multiply(field_multiply(x, y), field_constant(CURVE_2D));
            store_entries(out, first_row, start + j, &entry);
        }
    }
}

static void tabulate(const struct point *base, struct table *out) {
    struct point bases[TABLE_ROWS];
    const struct point *from[LANES];
    struct point lane_copies[LANES];
    struct point *to[LANES];
    for (int lane = 0; lane < LANES; lane++) {
        from[lane] = base;
        to[lane] = &lane_copies[lane];
    }
    extended power = load_points(from);
    for (int row = 0; row < TABLE_ROWS; row++) {
        store_points(to, &power);
        bases[row] = lane_copies[0];
        for (int i = 0; i < 8; i++) {
            twice(&power, &power, i == 7);
        }
    }
    for (int row = 0; row < TABLE_ROWS; row += LANES) {
        tabulate_rows(bases, out, row);
    }
}

/* --- Sums of many multiples (Pippenger's buckets; a lane is a window of the scalars) --- */

#define WIDEST_WINDOW 11
#define MOST_WINDOWS 128

/* The signed digit of a scalar in a window: between -2^(width - 1) and 2^(width - 1). */
static void digits_of_width(const struct scalar *scalar, unsigned width, unsigned windows,
                            int16_t *digit) {
    uint64_t word[5] = {0, 0, 0, 0, 0};
    memcpy(word, scalar->byte, sizeof scalar->byte);
    int carry = 0;
    for (unsigned i = 0; i < windows; i++) {
        unsigned bit = i * width;
        uint64_t bits = 0;
        if (bit < 256) {
            bits = word[bit / 64] >> (bit % 64);
            if (bit % 64 != 0) {
                bits |= word[bit / 64 + 1] << (64 - bit % 64);
            }
        }
        int value = (int)(bits & ((UINT64_C(1) << width) - 1)) + carry;
        carry = value > 1 << (width - 1);
        digit[i] = (int16_t)(value - (carry << width));
    }
    EXPECT(carry == 0);
}

/* Wide windows where there are many points; all lanes at work. */
static unsigned choose_width(size_t number, unsigned bits) {
    unsigned width = 2;
    while (width < WIDEST_WINDOW && number >> (width + 2) != 0) {
        width++;
    }
    unsigned windows = (bits + width) / width;
    windows = (windows + LANES - 1) / LANES * LANES;
    while (width > 2 && (bits + width - 1) / (width - 1) <= windows) {
        width--;
    }
    return width;
}

static void broadcast(addend *out, const struct point *from) {
    const struct point *places[LANES];
    for (int lane = 0; lane < LANES; lane++) {
        places[lane] = from;
    }
    extended same = load_points(places);
    out->sum = same.x;
    out->difference = same.y;
    out->twice_z = same.z;
    out->twice_dt = same.t;
}

/* The sums of `LANES` windows, one a lane. buckets: [columns][LANES], cleared here. */
static extended sum_windows(const struct point *addends, const int16_t *digits, size_t number,
                            unsigned windows, unsigned first, struct point *buckets,
                            unsigned columns) {
    for (size_t i = 0; i < (size_t)(columns + 1) * LANES; i++) {
        buckets[i] = IDENTITY_POINT;
    }
    for (size_t i = 0; i < number; i++) {
        const struct point *from[LANES];
        struct point *to[LANES];
        unsigned negative = 0;
        int any = 0;
        for (unsigned lane = 0; lane < LANES; lane++) {
            int digit = digits[i * windows + first + lane];
            any |= digit;
            negative |= (unsigned)(digit < 0) << lane;
            to[lane] = &buckets[(size_t)(digit < 0 ? -digit : digit) * LANES + lane];
            from[lane] = to[lane];
        }
        if (any == 0) {
            continue;
        }
        addend more;
        broadcast(&more, &addends[i]);
        negate_addend(&more, &more, lanes_of_bits(negative));
        extended sum = load_points(from);
        add(&sum, &sum, &more);
        store_points(to, &sum);
    }
    extended running = identity_point(), total = identity_point();
    for (unsigned j = columns; j > 0; j--) {
        const struct point *from[LANES];
        for (unsigned lane = 0; lane < LANES; lane++) {
            from[lane] = &buckets[(size_t)j * LANES + lane];
        }
        extended bucket = load_points(from);
        addend more;
        addend_of(&more, &bucket);
        add(&running, &running, &more);
        addend_of(&more, &running);
        add(&total, &total, &more);
    }
    return total;
}

/* Points as addends, so that each is made ready once for all its windows. */
static void make_addends(const struct point *points, struct point *addends, size_t number) {
    for (size_t first = 0; first < number; first += LANES) {
        const struct point *from[LANES];
        struct point *to[LANES];
        for (size_t lane = 0; lane < LANES; lane++) {
            size_t i = first + lane < number ? first + lane : number - 1;
            from[lane] = &points[i];
            to[lane] = &addends[i];
        }
        extended group = load_points(from);
        addend ready;
        addend_of(&ready, &group);
        extended stored = {ready.sum, ready.difference, ready.twice_z, ready.twice_dt};
        store_points(to, &stored);
    }
}

static int sum_multiples(const struct point *points, const struct scalar *scalars, size_t number,
                         unsigned bits, struct point *out) {
    if (number == 0) {
        *out = IDENTITY_POINT;
        return 0;
    }
    unsigned width = choose_width(number, bits);
    unsigned windows = ((bits + width) / width + LANES - 1) / LANES * LANES;
    unsigned columns = 1u << (width - 1);
    struct point *addends = aligned_alloc(64, number * sizeof *addends);
    struct point *buckets = aligned_alloc(64, (size_t)(columns + 1) * LANES * sizeof *buckets);
    int16_t *digits = malloc(number * windows * sizeof *digits);
    if (addends == NULL || buckets == NULL || digits == NULL) {
        free(addends);
        free(buckets);
        free(digits);
        return -1;
    }
    make_addends(points, addends, number);
    for (size_t i = 0; i < number; i++) {
        digits_of_width(&scalars[i], width, windows, &digits[i * windows]);
    }
    struct point sums[MOST_WINDOWS + LANES];
    EXPECT(windows <= MOST_WINDOWS + LANES);
    for (unsigned first = 0; first < windows; first += LANES) {
        extended group =
            sum_windows(addends, digits, number, windows, first, buckets, columns);
        struct point *to[LANES];
        for (unsigned lane = 0; lane < LANES; lane++) {
            to[lane] = &sums[first + lane];
        }
        store_points(to, &group);
    }
    free(addends);
    free(buckets);
    free(digits);
    extended total = identity_point();
    for (unsigned i = windows; i-- > 0;) {
        for (unsigned j = 0; j < width; j++) {
            twice(&total, &total, 1);
        }
        const struct point *from[LANES];
        for (int lane = 0; lane < LANES; lane++) {
            from[lane] = &sums[i];
        }
        extended window = load_points(from);
        addend more;
        addend_of(&more, &window);
        add(&total, &total, &more);
    }
    struct point copies[LANES];
    struct point *to[LANES];
    for (int lane = 0; lane < LANES; lane++) {
        to[lane] = &copies[lane];
    }
    store_points(to, &total);
    *out = copies[0];
    return 0;
}

/* --- Single field operations, for tests of their boundaries --- */

static void try_field(int operation, const uint64_t *a, const uint64_t *b, uint64_t *out) {
    struct point packed[3][LANES];
    const uint64_t *from[2][LANES];
    uint64_t *to[LANES];
    memset(packed, 0, sizeof packed);
    for (int lane = 0; lane < LANES; lane++) {
        memcpy(packed[0][lane].limb, a, 5 * sizeof *a);
        memcpy(packed[1][lane].limb, b, 5 * sizeof *b);
        from[0][lane] = packed[0][lane].limb;
        from[1][lane] = packed[1][lane].limb;
        to[lane] = packed[2][lane].limb;
    }
    field x, y, z;
    load_fields(&x, 1, from[0]);
    load_fields(&y, 1, from[1]);
    switch (operation) {
    case 0:
        z = field_multiply(x, y);
        break;
    case 1:
        z = field_square(x);
        break;
    case 2:
        z = field_carry(field_add(x, y));
        break;
    case 3:
        z = field_carry(field_sub(x, y));
        break;
    case 4:
        z = field_carry(x); /* of a wide element */
        break;
    case 5:
        z = field_reduce(x);
        break;
    default:
        z = field_invert(x);
        break;
    }
    store_fields(to, &z, 1);
    memcpy(out, packed[2][LANES - 1].limb, 5 * sizeof *out);
}
