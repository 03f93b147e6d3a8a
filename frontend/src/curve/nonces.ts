/**
 * Hedged randomness: every secret exponent of a proof or an encryption is made here.
 *
 * A nonce is the hash of the long-term secret, of what it will be used for, and of fresh randomness.
 * If the generator repeats itself, two different statements still get different nonces; if it is
 * known to an attacker, the secret still hides them; if the secret is weak, the randomness does.
 */

import { sha512 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { writeBigEndian } from "./bytes.ts";
import type { Group, Randomness, Scalar } from "./interface.ts";

const TAG = utf8ToBytes("comitia-hedged-scalar-v1");
const FRESH_BYTES = 64;
const COUNTER_BYTES = 8;

/**
 * Return a scalar that is uniform to anybody who lacks either the secret or the randomness.
 *
 * secret: the long-term secret that the scalar protects or is used beside.
 * message: names the one use of this scalar (statement and position); two uses, two messages.
 */
export function hedgedScalar(
  group: Group,
  secret: Uint8Array,
  message: Uint8Array,
  randomness: Randomness,
): Scalar {
  const fresh = randomness(FRESH_BYTES);
  if (fresh.length !== FRESH_BYTES) {
    throw new RangeError("the source of randomness gave another number of bytes");
  }
  const parts = [secret, message, fresh].map((part) => concatBytes(counter(part.length), part));
  const key = sha512(concatBytes(TAG, ...parts));
  const blocks: Uint8Array[] = [];
  for (let made = 0; made < group.wideBytes; made += 64) {
    blocks.push(sha512(concatBytes(key, counter(made))));
  }
  return group.reduce(concatBytes(...blocks).subarray(0, group.wideBytes));
}

function counter(value: number): Uint8Array {
  return writeBigEndian(BigInt(value), COUNTER_BYTES);
}
