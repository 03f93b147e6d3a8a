/* Elements in the form of the wire (texts.h). */
#include "texts.h"

/* 0 to 15 for a lowercase hexadecimal digit, else above 15. */
static unsigned digit_of(uint8_t character) {
    if (character >= '0' && character <= '9') {
        return character - '0';
    }
    return character >= 'a' && character <= 'f' ? character - 'a' + 10u : 16u;
}

int comitia_read_element(const uint8_t *text, uint8_t encoding[32]) {
    unsigned wrong = 0;
    for (int i = 0; i < 32; i++) {
        unsigned high = digit_of(text[2 * i]), low = digit_of(text[2 * i + 1]);
        wrong |= high | low;
        encoding[31 - i] = (uint8_t)(high << 4 | low);
    }
    return wrong < 16;
}

void comitia_write_element(const uint8_t encoding[32], uint8_t *text) {
    static const char digits[16] = "0123456789abcdef";
    for (int i = 0; i < 32; i++) {
        text[2 * i] = (uint8_t)digits[encoding[31 - i] >> 4];
        text[2 * i + 1] = (uint8_t)digits[encoding[31 - i] & 15];
    }
}
