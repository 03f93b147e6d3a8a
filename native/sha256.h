/* SHA-256 (FIPS 180-4) of public texts, by the processor's own instructions where it has them. */
#ifndef COMITIA_SHA256_H
#define COMITIA_SHA256_H

#include <stddef.h>
#include <stdint.h>

void comitia_sha256(const uint8_t *data, size_t size, uint8_t digest[32]);

/* The same by C alone, for tests. */
void comitia_sha256_portable(const uint8_t *data, size_t size, uint8_t digest[32]);

#endif
