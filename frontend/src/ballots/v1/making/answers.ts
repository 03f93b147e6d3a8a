/** Encrypted answers: every choice encrypted, and every proof that an answer needs. */

import { embed } from "../../../curve/embedding.ts";
import {
  blankOverallStatement,
  blankStatement,
  plaintextStatement,
} from "../equations/statements.ts";
import type { AnyOpening, Opening } from "../model/audit.ts";
import type { Answer, HomomorphicAnswer, RankedAnswer } from "../model/ballot.ts";
import type { HomomorphicQuestion, Question, RankedQuestion } from "../model/election.ts";
import {
  type Answering,
  encryptChoices,
  type EncryptedChoices,
  productOf,
  proveInterval,
  totalOf,
} from "./choices.ts";
import { proveOneOf } from "./disjunction.ts";
import { proveLists } from "./lists.ts";

/** An answer, and what its maker knows of each of its ciphertexts. */
export interface EncryptedAnswer {
  readonly answer: Answer;
  readonly openings: readonly AnyOpening[];
}

/** Return an encrypted answer with all its proofs. vote: one that `checkVote` permits. */
export function makeAnswer(
  answering: Answering,
  question: Question,
  vote: readonly number[],
): EncryptedAnswer {
  if (question.kind === "NonHomomorphic") {
    return rankedAnswer(answering, question, vote);
  }
  const encrypted = encryptChoices(answering, vote);
  const answer =
    question.kind === "Lists"
      ? proveLists(answering, question, encrypted)
      : proveSum(answering, question, encrypted);
  return { answer, openings: encrypted.openings };
}

function proveSum(
  answering: Answering,
  question: HomomorphicQuestion,
  encrypted: EncryptedChoices,
): HomomorphicAnswer {
  const { context, openings, choices, individualProofs } = encrypted;
  const first = Number(question.blank);
  const total = totalOf(answering, openings.slice(first));
  const values = range(question.minimum, question.maximum);
  const made = { kind: "Homomorphic", choices, individualProofs } as const;
  if (!question.blank) {
    const product = productOf(answering, choices);
    const overallProof = proveInterval(answering, context, product, total, values);
    return { ...made, overallProof, blankProof: undefined };
  }
  const blank = openings[0] as Opening;
  const overallProof = proveOneOf(
    answering,
    [
      { opening: blank, claimed: 1 },
      ...values.map((claimed) => ({ opening: total, claimed })),
    ],
    (commitments) => blankOverallStatement(context, commitments),
  );
  const blankProof = proveOneOf(
    answering,
    [blank, total].map((opening) => ({ opening, claimed: 0 })),
    (commitments) => blankStatement(context, commitments),
  );
  return { ...made, overallProof, blankProof };
}

function rankedAnswer(
  answering: Answering,
  question: RankedQuestion,
  vote: readonly number[],
): EncryptedAnswer {
  const { group, key, nonces, voter } = answering;
  const opening = { randomness: nonces.draw(), values: vote.slice(0, question.answers.length) };
  const alpha = group.generatorPower(opening.randomness);
  const choice = { alpha, beta: key.power(opening.randomness).times(embed(group, vote)) };
  const mask = nonces.draw();
  const statement = plaintextStatement(voter, key, choice, group.generatorPower(mask));
  const challenge = group.hashToScalar(statement);
  const response = group.subtract(mask, group.multiply(opening.randomness, challenge));
  const answer: RankedAnswer = {
    kind: "NonHomomorphic",
    choice,
    proof: { challenge, response },
  };
  return { answer, openings: [opening] };
}

/** Return the whole numbers from the first to the last. */
function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, place) => first + place);
}
