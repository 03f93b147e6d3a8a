/**
 * Proofs that one of several claims holds, hiding which, by the maker of all ciphertexts in them.
 *
 * Their maker knows every exponent. The commitments of a branch, true or simulated, are therefore
 * one formula: for a ciphertext (g^r, y^r g^m), a branch that claims the value M with challenge c
 * and mask w has A = g^w and B = y^w g^((m - M) c), and its response is w - r c. For the true
 * branch m = M, so B needs no power of g. Only g and y are raised.
 */

import type { Element, Group, Scalar } from "../../../curve/interface.ts";
import type { Opening } from "../model/audit.ts";
import type { Proof } from "../model/common.ts";
import type { NonceSource } from "./nonces.ts";

/** A claim that a ciphertext holds a value. */
export interface Branch {
  readonly opening: Opening;
  readonly claimed: number;
}

/** Who proves: the election's group and key, and where secret exponents come from. */
export interface Prover {
  readonly group: Group;
  readonly key: Element;
  readonly nonces: NonceSource;
}

/**
 * Prove that one of the claims holds, one of which does.
 *
 * statement: what the challenge hashes, made of the commitments. The powers that are computed are
 * the same in number and order whichever claim is true; how long they take is not (see `Group`).
 */
export function proveOneOf(
  prover: Prover,
  branches: readonly Branch[],
  statement: (commitments: readonly Element[]) => string,
): Proof[] {
  const { group, key, nonces } = prover;
  const masks = branches.map(() => nonces.draw());
  const challenges = branches.map(() => nonces.draw());
  const firsts = masks.map((mask) => group.generatorPower(mask));
  const seconds = masks.map((mask) => key.power(mask));
  const isTrue = (branch: Branch) => branch.opening.value === branch.claimed;
  const truth = branches.findIndex(isTrue);
  let own = group.scalar(0n);
  branches.forEach((branch, place) => {
    if (place !== truth) {
      const challenge = challenges[place] as Scalar;
      const distance = branch.opening.value - branch.claimed;
      seconds[place] = (seconds[place] as Element).times(shift(group, distance, challenge));
      own = group.subtract(own, challenge);
    }
  });
  const commitments = firsts.flatMap((first, place) => [first, seconds[place] as Element]);
  challenges[truth] = group.add(own, group.hashToScalar(statement(commitments)));
  return branches.map((branch, place) => {
    const challenge = challenges[place] as Scalar;
    const hidden = group.multiply(branch.opening.randomness, challenge);
    return { challenge, response: group.subtract(masks[place] as Scalar, hidden) };
  });
}

/** Return g^(distance factor); for 0, too, a power is computed, lest the time tell. */
function shift(group: Group, distance: number, factor: Scalar): Element {
  const steps = BigInt(distance === 0 ? 1 : distance);
  const exponent = group.multiply(group.scalar((steps + group.order) % group.order), factor);
  const power = group.generatorPower(exponent);
  return distance === 0 ? group.identity : power;
}
