/* Points of the twisted Edwards curve -x^2 + y^2 = 1 + d x^2 y^2 over 2^255 - 19, on any field layer.
 *
 * Included once by each layer, after its field. Formulas: Hisil, Wong, Carter, Dawson: Twisted Edwards
 * curves revisited (2008), sections 3.1 (addition with a = -1, complete for this d) and 3.3 (doubling).
 */

static const uint64_t CURVE_D[5] = {0x34dca135978a3, 0x1a8283b156ebd, 0x5e7a26001c029,
                                    0x739c663a03cbb, 0x52036cee2b6ff};
static const uint64_t CURVE_2D[5] = {0x69b9426b2f159, 0x35050762add7a, 0x3cf44c0038052,
                                     0x6738cc7407977, 0x2406d9dc56dff};
static const uint64_t ROOT_OF_MINUS_ONE[5] = {0x61b274a0ea0b0, 0x0d5a5fc8f189d, 0x7ef5e9cbd0c60,
                                              0x78595a6804c9e, 0x2b8324804fc1d};
static const uint64_t ZERO[5] = {0, 0, 0, 0, 0};
static const uint64_t ONE[5] = {1, 0, 0, 0, 0};

/* Extended coordinates; every element carried. */
typedef struct {
    field x, y, z, t;
} extended;

/* A point ready to be added: y + x, y - x, 2 z, 2 d t; every element carried. */
typedef struct {
    field sum, difference, twice_z, twice_dt;
} addend;

/* The same of a point with z = 1. */
typedef struct {
    field sum, difference, twice_dt;
} affine_addend;

/* They are loaded and stored as rows of field elements: nothing may lie between these. */
_Static_assert(sizeof(extended) == 4 * sizeof(field), "a point is four field elements");
_Static_assert(sizeof(addend) == 4 * sizeof(field), "an addend is four field elements");
_Static_assert(sizeof(affine_addend) == 3 * sizeof(field), "an affine addend is three");

static inline extended identity_point(void) {
    extended out = {field_constant(ZERO), field_constant(ONE), field_constant(ONE),
                    field_constant(ZERO)};
    return out;
}

static inline extended load_points(const struct point *const from[LANES]) {
    const uint64_t *limbs[LANES];
    for (int lane = 0; lane < LANES; lane++) {
        limbs[lane] = from[lane]->limb;
    }
    extended out;
    load_fields((field *)&out, 4, limbs);
    return out;
}

static inline void store_points(struct point *const to[LANES], const extended *in) {
    uint64_t *limbs[LANES];
    for (int lane = 0; lane < LANES; lane++) {
        limbs[lane] = to[lane]->limb;
    }
    store_fields(limbs, (const field *)in, 4);
}

/* Points are written where they are wanted, and not returned: of points of eight lanes compilers make
 * copies that take as long as a multiplication. `out` may be what is read. */
POINT_FUNCTION void addend_of(addend *out, const extended *p) {
    field sum = field_add(p->y, p->x);
    field difference = field_sub(p->y, p->x);
    out->sum = field_carry(sum);
    out->difference = field_carry(difference);
    out->twice_z = field_carry(field_add(p->z, p->z));
    out->twice_dt = field_multiply(p->t, field_constant(CURVE_2D));
}

static inline void negate_addend(addend *out, const addend *p, lanes where) {
    field sum = field_select(where, p->difference, p->sum);
    out->difference = field_select(where, p->sum, p->difference);
    out->sum = sum;
    out->twice_z = p->twice_z;
    out->twice_dt = field_select(
        where, field_carry(field_sub(field_constant(ZERO), p->twice_dt)), p->twice_dt);
}

/* The four sums of an addition or a doubling, all wide, become a point. */
FIELD_FUNCTION void finish(extended *out, field e, field f, field g, field h) {
    e = field_carry(e);
    f = field_carry(f);
    g = field_carry(g);
    h = field_carry(h);
    out->x = field_multiply(e, f);
    out->y = field_multiply(g, h);
    out->z = field_multiply(f, g);
    out->t = field_multiply(e, h);
}

POINT_FUNCTION void add(extended *out, const extended *p, const addend *q) {
    field a = field_product(field_carry(field_sub(p->y, p->x)), q->difference);
    field b = field_product(field_carry(field_add(p->y, p->x)), q->sum);
    field c = field_product(p->t, q->twice_dt);
    field d = field_product(p->z, q->twice_z);
    finish(out, field_sub(b, a), field_sub(d, c), field_add(d, c), field_add(b, a));
}

POINT_FUNCTION void add_affine(extended *out, const extended *p, const affine_addend *q) {
    field a = field_product(field_carry(field_sub(p->y, p->x)), q->difference);
    field b = field_product(field_carry(field_add(p->y, p->x)), q->sum);
    field c = field_product(p->t, q->twice_dt);
    field d = field_add(p->z, p->z);
    finish(out, field_sub(b, a), field_sub(d, c), field_add(d, c), field_add(b, a));
}

/* with_t: whether t is needed; a doubling does not look at it. */
POINT_FUNCTION void twice(extended *out, const extended *p, int with_t) {
    field a = field_square_product(p->x);
    field b = field_square_product(p->y);
    field z2 = field_square_product(p->z);
    field s = field_square_product(field_carry(field_add(p->x, p->y)));
    field h = field_add(a, b);
    field e = field_carry(field_sub(h, s));
    field g = field_sub(a, b);
    field f = field_carry(field_add(field_add(z2, z2), g));
    g = field_carry(g);
    h = field_carry(h);
    out->x = field_multiply(e, f);
    out->y = field_multiply(g, h);
    out->z = field_multiply(f, g);
    out->t = with_t ? field_multiply(e, h) : field_constant(ZERO);
}

static inline extended select_points(lanes where, const extended *yes, const extended *no) {
    extended out;
    out.x = field_select(where, yes->x, no->x);
    out.y = field_select(where, yes->y, no->y);
    out.z = field_select(where, yes->z, no->z);
    out.t = field_select(where, yes->t, no->t);
    return out;
}

/* Whether x = 0 and y = z: the neutral element (the point of order two has y = -z). */
static inline lanes is_identity(const extended *p) {
    field zero = field_constant(ZERO);
    lanes no_x = field_equal(field_reduce(p->x), zero);
    return no_x & field_equal(field_reduce(p->y), field_reduce(p->z));
}

static inline field square_times(field a, int times) {
    for (int i = 0; i < times; i++) {
        a = field_square(a);
    }
    return a;
}

/* a^(2^250 - 1), and a^11 for the last bits of the two exponents that are needed. */
static inline field power_of_ones(field a, field *eleventh) {
    field a2 = field_square(a);
    field a9 = field_multiply(square_times(a2, 2), a);
    field a11 = field_multiply(a9, a2);
    *eleventh = a11;
    field b5 = field_multiply(field_square(a11), a9); /* 2^5 - 1 */
    field b10 = field_multiply(square_times(b5, 5), b5);
    field b20 = field_multiply(square_times(b10, 10), b10);
    field b40 = field_multiply(square_times(b20, 20), b20);
    field b50 = field_multiply(square_times(b40, 10), b10);
    field b100 = field_multiply(square_times(b50, 50), b50);
    field b200 = field_multiply(square_times(b100, 100), b100);
    return field_multiply(square_times(b200, 50), b50);
}

/* 1/a = a^(2^255 - 21); 0 for 0 */
static inline field field_invert(field a) {
    field a11, ones = power_of_ones(a, &a11);
    return field_multiply(square_times(ones, 5), a11);
}

/* a^((p - 5)/8) = a^(2^252 - 3) */
static inline field power_for_root(field a) {
    field a11, ones = power_of_ones(a, &a11);
    return field_multiply(square_times(ones, 2), a);
}
