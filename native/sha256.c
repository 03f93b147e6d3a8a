/* SHA-256 (FIPS 180-4). */
#include "sha256.h"

#include <string.h>

#define BLOCK 64

typedef void compress_function(uint32_t state[8], const uint8_t *blocks, size_t number);

static const uint32_t ROUND[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};
static const uint32_t START[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static uint32_t read_word(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint32_t rotate(uint32_t word, int bits) {
    return word >> bits | word << (32 - bits);
}

static void compress_portable(uint32_t state[8], const uint8_t *blocks, size_t number) {
    for (; number > 0; number--, blocks += BLOCK) {
        uint32_t w[64], s[8];
        for (int i = 0; i < 16; i++) {
            w[i] = read_word(blocks + 4 * i);
        }
        for (int i = 16; i < 64; i++) {
            uint32_t low = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
            uint32_t high = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
            w[i] = w[i - 16] + low + w[i - 7] + high;
        }
        memcpy(s, state, sizeof s);
        for (int i = 0; i < 64; i++) {
            uint32_t e = rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25);
            uint32_t chosen = (s[4] & s[5]) ^ (~s[4] & s[6]);
            uint32_t one = s[7] + e + chosen + ROUND[i] + w[i];
            uint32_t a = rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22);
            uint32_t two = a + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
            memmove(s + 1, s, 7 * sizeof *s);
            s[4] += one;
            s[0] = one + two;
        }
        for (int i = 0; i < 8; i++) {
            state[i] += s[i];
        }
    }
}

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

/* Intel SHA extensions: state as ABEF and CDGH, four rounds for each quarter of the schedule. */
__attribute__((target("sha,sse4.1,ssse3"))) static void compress_instructions(
    uint32_t state[8], const uint8_t *blocks, size_t number) {
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)&state[0]), 0xb1);
    __m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)&state[4]), 0x1b);
    __m128i abef = _mm_alignr_epi8(low, high, 8);
    __m128i cdgh = _mm_blend_epi16(high, low, 0xf0);
    for (; number > 0; number--, blocks += BLOCK) {
        __m128i before_abef = abef, before_cdgh = cdgh, w[4];
        for (int i = 0; i < 4; i++) {
            w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(blocks + 16 * i)), swap);
        }
        for (int i = 0; i < 16; i++) {
            __m128i *now = &w[i & 3];
            if (i >= 4) {
                __m128i *next = &w[(i + 1) & 3], *last = &w[(i + 3) & 3];
                *now = _mm_sha256msg1_epu32(*now, *next);
                *now = _mm_add_epi32(*now, _mm_alignr_epi8(*last, w[(i + 2) & 3], 4));
                *now = _mm_sha256msg2_epu32(*now, *last);
            }
            __m128i words =
                _mm_add_epi32(*now, _mm_loadu_si128((const __m128i *)&ROUND[4 * i]));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, words);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(words, 0x0e));
        }
        abef = _mm_add_epi32(abef, before_abef);
        cdgh = _mm_add_epi32(cdgh, before_cdgh);
    }
    low = _mm_shuffle_epi32(abef, 0x1b);
    high = _mm_shuffle_epi32(cdgh, 0xb1);
    _mm_storeu_si128((__m128i *)&state[0], _mm_blend_epi16(low, high, 0xf0));
    _mm_storeu_si128((__m128i *)&state[4], _mm_alignr_epi8(high, low, 8));
}

static int has_instructions(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSE4_1) || !(c & bit_SSSE3)) {
        return 0;
    }
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 29 & 1);
}
#endif

static void hash(compress_function *compress, const uint8_t *data, size_t size,
                 uint8_t digest[32]) {
    uint32_t state[8];
    uint8_t last[2 * BLOCK] = {0};
    size_t whole = size / BLOCK, rest = size % BLOCK, blocks = rest < BLOCK - 8 ? 1 : 2;
    memcpy(state, START, sizeof state);
    compress(state, data, whole);
    memcpy(last, data + whole * BLOCK, rest);
    last[rest] = 0x80;
    for (size_t i = 0; i < 8; i++) {
        last[blocks * BLOCK - 1 - i] = (uint8_t)((uint64_t)size << 3 >> (8 * i));
    }
    compress(state, last, blocks);
    for (int i = 0; i < 32; i++) {
        digest[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
    }
}

void comitia_sha256_portable(const uint8_t *data, size_t size, uint8_t digest[32]) {
    hash(compress_portable, data, size, digest);
}

void comitia_sha256(const uint8_t *data, size_t size, uint8_t digest[32]) {
#if defined(__x86_64__)
    /* cpuid may be slow in a virtual machine: asked once. A race would only ask twice. */
    static volatile int known; /* 1: no, 2: yes */
    if (known == 0) {
        known = 1 + has_instructions();
    }
    if (known == 2) {
        hash(compress_instructions, data, size, digest);
        return;
    }
#endif
    hash(compress_portable, data, size, digest);
}
