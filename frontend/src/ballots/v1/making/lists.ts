/** What an answer of lists proves beside its choices (specification sections "list-proofs" and on). */

import type { Element } from "../../../curve/interface.ts";
import { listStatement, nonzeroStatement } from "../equations/statements.ts";
import type { Opening } from "../model/audit.ts";
import type { ListsAnswer, NonzeroProof } from "../model/ballot.ts";
import { type Ciphertext, type Proof, splitRow } from "../model/common.ts";
import { lengthsOf, type ListsQuestion } from "../model/election.ts";
import { type EncryptedChoices, productOf, proveInterval, totalOf } from "./choices.ts";
import { type Prover, proveOneOf } from "./disjunction.ts";

/** Prove that one list is chosen, no candidate of another, and some candidate. */
export function proveLists(
  prover: Prover,
  question: ListsQuestion,
  encrypted: EncryptedChoices,
): ListsAnswer {
  const { context, choices, individualProofs } = encrypted;
  const lengths = lengthsOf(question);
  const ofLists = splitRow(encrypted.openings, lengths);
  const chosen = totalOf(prover, ofLists.map(ownOf));
  const product = productOf(prover, splitRow(choices, lengths).map(ownOf<Ciphertext>));
  const [overallProof] = proveInterval(prover, context, product, chosen, [1]) as [Proof];
  const listProofs = ofLists.map((openings) => proveList(prover, context, openings));
  const candidates = ofLists.flatMap((openings) => openings.slice(1));
  const nonzeroProof = proveNonzero(prover, context, totalOf(prover, candidates));
  const proofs = { individualProofs, overallProof, listProofs, nonzeroProof };
  return { kind: "Lists", lengths, choices, ...proofs };
}

/** Prove that a list is chosen or none of its candidates is. */
function proveList(prover: Prover, context: string, openings: readonly Opening[]): Proof[] {
  const branches = [
    { opening: ownOf(openings), claimed: 1 },
    { opening: totalOf(prover, openings.slice(1)), claimed: 0 },
  ];
  return proveOneOf(prover, branches, (commitments) => listStatement(context, commitments));
}

/** Prove that a ciphertext does not hold 0; the commitment hides what else it holds. */
function proveNonzero(prover: Prover, context: string, opening: Opening): NonzeroProof {
  const { group, key, nonces } = prover;
  const value = group.scalar(BigInt(opening.value));
  const blind = nonces.draw();
  const first = nonces.draw();
  const second = nonces.draw();
  const exponent = group.add(group.multiply(opening.randomness, first), second);
  const commitments: [Element, Element, Element] = [
    group.generatorPower(group.multiply(value, blind)),
    group.generatorPower(exponent),
    key.power(exponent).times(group.generatorPower(group.multiply(value, first))),
  ];
  const challenge = group.hashToScalar(nonzeroStatement(context, commitments));
  const blinded = group.multiply(blind, challenge);
  const responses = [
    group.subtract(first, blinded),
    group.add(second, group.multiply(blinded, opening.randomness)),
  ] as const;
  return { commitment: commitments[0], challenge, responses };
}

/** Return what a list has before its candidates: its own. */
function ownOf<Item>(items: readonly Item[]): Item {
  return items[0] as Item;
}
