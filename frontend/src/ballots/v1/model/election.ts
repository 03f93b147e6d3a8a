/** What is voted on (specification sections "Questions" and "Elections"). */

import type { Element, Group } from "../../../curve/interface.ts";
import type { Fingerprint } from "./canonical.ts";
import type { CountingMethod } from "./ranked.ts";

/** An election's identifier: at least 14 Base58 characters. */
export type Uuid = string & { readonly uuid: true };

export const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** Choose between `minimum` and `maximum` of the answers, or blank where that is allowed. */
export interface HomomorphicQuestion {
  readonly kind: "Homomorphic";
  readonly text: string;
  readonly answers: readonly string[];
  readonly minimum: number;
  readonly maximum: number;
  readonly blank: boolean;
}

/** Choose exactly one list, and on it at least one candidate. lists: each its name, then these. */
export interface ListsQuestion {
  readonly kind: "Lists";
  readonly text: string;
  readonly lists: readonly (readonly string[])[];
}

/** Give every answer a number. counting: what the numbers mean, where the record says so. */
export interface RankedQuestion {
  readonly kind: "NonHomomorphic";
  readonly text: string;
  readonly answers: readonly string[];
  readonly counting: CountingMethod | undefined;
}

export type Question = HomomorphicQuestion | ListsQuestion | RankedQuestion;

/** An election as its record states it. fingerprint: over the exact bytes of the record. */
export interface Election {
  readonly uuid: Uuid;
  readonly name: string;
  readonly description: string;
  readonly group: Group;
  readonly publicKey: Element;
  readonly questions: readonly Question[];
  readonly fingerprint: Fingerprint;
}

/** Return how many ciphertexts an answer has: one an answer, and one before them for blank. */
export function choiceCount(question: HomomorphicQuestion): number {
  return question.answers.length + Number(question.blank);
}

/** Return how many proofs the overall proof has: one a permitted sum, and one for blank. */
export function overallProofCount(question: HomomorphicQuestion): number {
  return question.maximum - question.minimum + 1 + Number(question.blank);
}

/** Return how many choices each list has, its own first. */
export function lengthsOf(question: ListsQuestion): number[] {
  return question.lists.map((names) => names.length);
}

/** Return how many 0s and 1s, or numbers, a vote on a question has. */
export function voteLength(question: Question): number {
  switch (question.kind) {
    case "Homomorphic":
      return choiceCount(question);
    case "Lists":
      return lengthsOf(question).reduce((sum, length) => sum + length, 0);
    case "NonHomomorphic":
      return question.answers.length;
  }
}
