/* Elements in the hexadecimal form of the wire, which has the bytes in reverse order. */
#ifndef COMITIA_TEXTS_H
#define COMITIA_TEXTS_H

#include <stdint.h>

#define ELEMENT_TEXT 64

/* Read 64 lowercase hexadecimal digits; returns whether they are that. */
int comitia_read_element(const uint8_t *text, uint8_t encoding[32]);

void comitia_write_element(const uint8_t encoding[32], uint8_t *text);

#endif
