/* Which instructions this machine and its system let us use. */
#ifndef COMITIA_CPU_H
#define COMITIA_CPU_H

/* AVX-512 F, DQ, BW, VL and IFMA, and a system that keeps their registers. */
int comitia_cpu_has_avx512_ifma(void);

#endif
