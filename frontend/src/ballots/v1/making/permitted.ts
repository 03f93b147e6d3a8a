/** Whether a vote is one that its question permits, before any of it is encrypted. */

import { LARGEST_NUMBER } from "../../../curve/embedding.ts";
import { splitRow } from "../model/common.ts";
import { type HomomorphicQuestion, lengthsOf, voteLength } from "../model/election.ts";
import type { ListsQuestion, Question, RankedQuestion } from "../model/election.ts";
import { isCounted } from "../model/ranked.ts";

/**
 * For each question a 0 or 1 for each answer, with one for blank in front of them where the question
 * allows blank; of lists, each list's own and then its candidates', in one row; of a ranked
 * question, a number for each answer.
 */
export type Votes = readonly (readonly number[])[];

/** Raise `RangeError`, naming the question, for a vote that it does not permit. */
export function checkVote(question: Question, vote: readonly number[], number: number): void {
  const problem = problemOf(question, vote);
  if (problem !== undefined) {
    throw new RangeError(`question ${number}: ${problem}`);
  }
}

function problemOf(question: Question, vote: readonly number[]): string | undefined {
  const expected = voteLength(question);
  if (question.kind === "NonHomomorphic") {
    return rankedProblem(question, vote, expected);
  }
  if (vote.length !== expected || !vote.every((bit) => bit === 0 || bit === 1)) {
    return `expected ${expected} times 0 or 1`;
  }
  return question.kind === "Lists" ? listsProblem(question, vote) : sumProblem(question, vote);
}

function rankedProblem(
  question: RankedQuestion,
  vote: readonly number[],
  expected: number,
): string | undefined {
  const isNumber = (value: number) =>
    Number.isInteger(value) && value >= 0 && value <= LARGEST_NUMBER;
  if (vote.length !== expected || !vote.every(isNumber)) {
    return `expected ${expected} numbers from 0 to ${LARGEST_NUMBER}`;
  }
  const isTaken = question.counting === undefined || isCounted(question.counting, vote);
  return isTaken ? undefined : "the count would not take these numbers";
}

function sumProblem(question: HomomorphicQuestion, vote: readonly number[]): string | undefined {
  const chosen = sum(vote.slice(Number(question.blank)));
  if (question.blank && vote[0] === 1) {
    return chosen === 0 ? undefined : "a blank vote chooses nothing";
  }
  if (chosen < question.minimum || chosen > question.maximum) {
    return `expected from ${question.minimum} to ${question.maximum} choices, found ${chosen}`;
  }
  return undefined;
}

function listsProblem(question: ListsQuestion, vote: readonly number[]): string | undefined {
  const lists = splitRow(vote, lengthsOf(question));
  if (sum(lists.map((bits) => bits[0] as number)) !== 1) {
    return "expected exactly one list";
  }
  const chosen = lists.map((bits) => sum(bits.slice(1)));
  if (lists.some((bits, place) => bits[0] === 0 && chosen[place] !== 0)) {
    return "a candidate of a list that is not chosen";
  }
  return sum(chosen) === 0 ? "expected at least one candidate of the list" : undefined;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0);
}
