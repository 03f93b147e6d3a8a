/** The choices of an answer, encrypted one by one, and what is proved of them and of their sums. */

import type { Element } from "../../../curve/interface.ts";
import { answerContext, intervalStatement } from "../equations/statements.ts";
import type { Opening } from "../model/audit.ts";
import { type Ciphertext, multiplyCiphertexts, type Proof } from "../model/common.ts";
import { type Prover, proveOneOf } from "./disjunction.ts";

/** Who answers. voter: S0. */
export interface Answering extends Prover {
  readonly voter: string;
}

/** The choices of an answer, encrypted and each proved to be 0 or 1. context: S. */
export interface EncryptedChoices {
  readonly context: string;
  readonly openings: readonly Opening[];
  readonly choices: readonly Ciphertext[];
  readonly individualProofs: readonly (readonly Proof[])[];
}

/** Encrypt the choices of a vote. */
export function encryptChoices(answering: Answering, vote: readonly number[]): EncryptedChoices {
  const openings = vote.map((value) => ({ randomness: answering.nonces.draw(), value }));
  const choices = openings.map((opening) => encrypt(answering, opening));
  const individualProofs = openings.map((opening, place) =>
    proveInterval(answering, answering.voter, choices[place] as Ciphertext, opening, [0, 1]),
  );
  const context = answerContext(answering.voter, choices);
  return { context, openings, choices, individualProofs };
}

function encrypt(prover: Prover, opening: Opening): Ciphertext {
  const { group, key } = prover;
  const masked = key.power(opening.randomness);
  const value = opening.value === 0 ? group.identity : group.generator;
  return { alpha: group.generatorPower(opening.randomness), beta: masked.times(value) };
}

/** Prove that a ciphertext holds one of `values` (specification section "iproof"). */
export function proveInterval(
  prover: Prover,
  context: string,
  ciphertext: Ciphertext,
  opening: Opening,
  values: readonly number[],
): Proof[] {
  return proveOneOf(
    prover,
    values.map((claimed) => ({ opening, claimed })),
    (commitments: readonly Element[]) => intervalStatement(context, ciphertext, commitments),
  );
}

/** Return the product of ciphertexts, which holds the sum of what is in them. */
export function productOf(prover: Prover, ciphertexts: readonly Ciphertext[]): Ciphertext {
  const { identity } = prover.group;
  return ciphertexts.reduce(multiplyCiphertexts, { alpha: identity, beta: identity });
}

/** Return the opening of such a product. */
export function totalOf(prover: Prover, openings: readonly Opening[]): Opening {
  const { group } = prover;
  return openings.reduce(
    (total, opening) => ({
      randomness: group.add(total.randomness, opening.randomness),
      value: total.value + opening.value,
    }),
    { randomness: group.scalar(0n), value: 0 },
  );
}
