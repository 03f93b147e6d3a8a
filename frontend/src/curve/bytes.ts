/** Numbers as bytes, and bytes as numbers. */

import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";

export function readBigEndian(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytesToHex(bytes)}`);
}

/** Return a number below 256^size in that many bytes, the highest first. */
export function writeBigEndian(value: bigint, size: number): Uint8Array {
  const digits = value.toString(16);
  if (value < 0n || digits.length > 2 * size) {
    throw new RangeError("a number that its bytes cannot hold");
  }
  return hexToBytes(digits.padStart(2 * size, "0"));
}
