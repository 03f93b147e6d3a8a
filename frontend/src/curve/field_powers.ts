/** Powers of numbers modulo p, by windows of bits of the exponent. Variable time. */

const WINDOW_BITS = 4n;
const WINDOW_MASK = (1n << WINDOW_BITS) - 1n;

/** Return the windows of an exponent, the lowest first. */
function windowsOf(exponent: bigint): number[] {
  const windows: number[] = [];
  for (let left = exponent; left > 0n; left >>= WINDOW_BITS) {
    windows.push(Number(left & WINDOW_MASK));
  }
  return windows;
}

/** Return base^0, base^1 and so on, one for each value of a window. */
function smallPowers(base: bigint, modulus: bigint): readonly bigint[] {
  const powers = [1n];
  for (let digit = 1n, last = 1n; digit <= WINDOW_MASK; digit += 1n) {
    last = (last * base) % modulus;
    powers.push(last);
  }
  return powers;
}

/** Return base^exponent. */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  const powers = smallPowers(base, modulus);
  let result = 1n;
  for (const digit of windowsOf(exponent).reverse()) {
    for (let bit = 0n; bit < WINDOW_BITS; bit += 1n) {
      result = (result * result) % modulus;
    }
    if (digit !== 0) {
      result = (result * (powers[digit] as bigint)) % modulus;
    }
  }
  return result;
}

/** A base with a table, so that its powers need no squarings. */
export class FixedBase {
  readonly #modulus: bigint;
  readonly #rows: readonly (readonly bigint[])[];

  /** order: exponents lie below it. */
  constructor(base: bigint, modulus: bigint, order: bigint) {
    this.#modulus = modulus;
    const rows: (readonly bigint[])[] = [];
    let lowest = base;
    for (let left = order; left > 0n; left >>= WINDOW_BITS) {
      const row = smallPowers(lowest, modulus);
      rows.push(row);
      lowest = ((row[row.length - 1] as bigint) * lowest) % modulus;
    }
    this.#rows = rows;
  }

  /** Return the base to an exponent below its order. */
  power(exponent: bigint): bigint {
    let result = 1n;
    windowsOf(exponent).forEach((digit, place) => {
      if (digit !== 0) {
        result = (result * (this.#rows[place]?.[digit] as bigint)) % this.#modulus;
      }
    });
    return result;
  }
}
