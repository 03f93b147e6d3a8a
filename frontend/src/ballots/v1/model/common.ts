/** Structures that several records share (specification section "Common structures"). */

import type { Element, Scalar } from "../../../curve/interface.ts";
import type { Json } from "./canonical.ts";

/** A challenge and a response, both in [0, q). */
export interface Proof {
  readonly challenge: Scalar;
  readonly response: Scalar;
}

/** An ElGamal ciphertext: alpha = g^r, beta = y^r g^m. */
export interface Ciphertext {
  readonly alpha: Element;
  readonly beta: Element;
}

export function proofJson(proof: Proof): Json {
  return { challenge: proof.challenge.toString(), response: proof.response.toString() };
}

export function proofsJson(proofs: readonly Proof[]): Json {
  return proofs.map(proofJson);
}

export function ciphertextJson(ciphertext: Ciphertext): Json {
  return { alpha: ciphertext.alpha.text, beta: ciphertext.beta.text };
}

/** Return the two elements with a comma between, as every hash has them. */
export function ciphertextText(ciphertext: Ciphertext): string {
  return `${ciphertext.alpha.text},${ciphertext.beta.text}`;
}

export function multiplyCiphertexts(one: Ciphertext, other: Ciphertext): Ciphertext {
  return { alpha: one.alpha.times(other.alpha), beta: one.beta.times(other.beta) };
}

/** Return a flat row cut into lists of the given lengths. */
export function splitRow<Item>(items: readonly Item[], lengths: readonly number[]): Item[][] {
  let first = 0;
  return lengths.map((length) => items.slice(first, (first += length)));
}
