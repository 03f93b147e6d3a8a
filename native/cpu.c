/* Which instructions this machine and its system let us use: asked by cpuid and xgetbv.
 *
 * Not by __builtin_cpu_supports: under some compilers it answers no without a word, and the fast layer
 * would never run. Sources: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1,
 * 13.3 (XCR0) and 15.2 to 15.4 (detection of AVX-512), volume 2, CPUID.
 */
#include "cpu.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <stdint.h>

#define OSXSAVE (1u << 27) /* leaf 1, ecx: the system uses xsave, and xgetbv may be asked */

/* Leaf 7, ebx. */
#define AVX512F (1u << 16)
#define AVX512DQ (1u << 17)
#define AVX512IFMA (1u << 21)
#define AVX512BW (1u << 30)
#define AVX512VL (1u << 31)
#define AVX512_FOR_IFMA (AVX512F | AVX512DQ | AVX512IFMA | AVX512BW | AVX512VL)

/* XCR0: the system keeps xmm, ymm, the mask registers, the upper halves of zmm and zmm16 to 31. */
#define KEPT_FOR_AVX512 (1u << 1 | 1u << 2 | 1u << 5 | 1u << 6 | 1u << 7)

static uint32_t extended_control_register(void) {
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    (void)high;
    return low;
}

int comitia_cpu_has_avx512_ifma(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & OSXSAVE)) {
        return 0;
    }
    if ((extended_control_register() & KEPT_FOR_AVX512) != KEPT_FOR_AVX512) {
        return 0;
    }
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & AVX512_FOR_IFMA) == AVX512_FOR_IFMA;
}

#else

int comitia_cpu_has_avx512_ifma(void) {
    return 0;
}

#endif
