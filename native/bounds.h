/* Bounds of intermediate values, asserted where COMITIA_VARTIME_DEBUG is defined.
 *
 * A field element is five limbs in radix 2^51, the value sum(limb[i] * 2^(51 i)) modulo 2^255 - 19.
 * Three classes of limbs are told apart, and every function says which it takes and returns:
 *
 *   carried   each limb < 2^51 + 2^17     what may be multiplied
 *   product   each limb < 2^60            what a multiplication gives before its carry
 *   wide      each limb < 2^63            what may be carried
 *
 * The vector instructions for 52 bits drop what stands above bit 51 of a factor without a word, so a
 * limb of 2^52 in a factor would be a wrong product, and a wrong verdict. Carried limbs are below.
 */
#ifndef COMITIA_BOUNDS_H
#define COMITIA_BOUNDS_H

#include <stdint.h>

#if !defined(__SIZEOF_INT128__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "this kernel needs a 64-bit machine that stores the lowest byte first"
#endif

#define LIMB_BITS 51
#define LIMB_MASK ((UINT64_C(1) << LIMB_BITS) - 1)
#define CARRIED_BOUND ((UINT64_C(1) << 51) + (UINT64_C(1) << 17))
#define PRODUCT_BOUND (UINT64_C(1) << 60)
#define WIDE_BOUND (UINT64_C(1) << 63)

/* 2^11 (2^255 - 19), whose every limb is above 2^61 and below 2^62: added before a subtraction so that
 * no limb falls below zero. The lowest limb is 2^11 (2^51 - 19), the others 2^11 (2^51 - 1). */
#define BIAS_LOW (UINT64_C(0x3fffffffffff6800))
#define BIAS_HIGH (UINT64_C(0x3ffffffffffff800))

/* Field arithmetic lives in registers: a call would write every operand to memory and read it back. */
#define FIELD_FUNCTION static inline __attribute__((always_inline))

/* Point arithmetic is called: inlined everywhere it would not fit the cache of instructions. */
#define POINT_FUNCTION static __attribute__((noinline))

#ifdef COMITIA_VARTIME_DEBUG
#include <stdio.h>
#include <stdlib.h>
#define EXPECT(condition)                                                                            \
    do {                                                                                             \
        if (!(condition)) {                                                                          \
            fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition);            \
            abort();                                                                                 \
        }                                                                                            \
    } while (0)
#else
#define EXPECT(condition) ((void)0)
#endif

#endif
