/**
 * Questions that are answered with a number for every choice: a rank, a grade or a score.
 *
 * The protocol carries any vector of numbers from 0 to 255; what a ballot may say is the counting
 * method's, which `extra` names. A ballot that says anything else would be invalid at the count.
 */

import type { Json } from "./canonical.ts";

export const METHODS = ["Schulze", "MajorityJudgment", "STV", "Score"] as const;
export type Method = (typeof METHODS)[number];

/** What `extra` says. blank: whether a vector of zeros is a blank vote. most: the highest score. */
export interface CountingMethod {
  readonly method: Method;
  readonly blank: boolean;
  readonly grades: readonly string[];
  readonly seats: number;
  readonly most: number;
}

/** Return the object of `extra`. */
export function countingJson(counting: CountingMethod): Json {
  const { method, blank } = counting;
  switch (method) {
    case "MajorityJudgment":
      return { method, blank, grades: counting.grades };
    case "STV":
      return { method, blank, seats: counting.seats };
    case "Score":
      return { method, blank, most: counting.most };
    case "Schulze":
      return { method, blank };
  }
}

/** Whether the count takes a ballot's numbers, as a vote or as a blank one. */
export function isCounted(counting: CountingMethod, vector: readonly number[]): boolean {
  return (counting.blank && !vector.some(Boolean)) || isPermitted(counting, vector);
}

function isPermitted(counting: CountingMethod, vector: readonly number[]): boolean {
  switch (counting.method) {
    case "Schulze":
      return true;
    case "MajorityJudgment":
      return vector.every((grade) => grade >= 1 && grade <= counting.grades.length);
    case "STV":
      return isRanking(vector);
    case "Score":
      return vector.every((score) => score <= counting.most);
  }
}

/** Whether ranks are 1, 2, 3 without gap or tie; 0 is not ranked. */
function isRanking(vector: readonly number[]): boolean {
  const ranks = vector.filter(Boolean).sort((one, other) => one - other);
  return ranks.every((rank, place) => rank === place + 1);
}
