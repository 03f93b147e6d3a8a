/** A ballot that its voter opened instead of casting it (docs/reference/audited-ballots.md). */

import type { Scalar } from "../../../curve/interface.ts";
import { type UnsignedBallot, unsignedJson } from "./ballot.ts";
import { canonicalJson, type Json } from "./canonical.ts";

const AUDIT_VERSION = 1;

/** What the maker of a ciphertext (g^r, y^r g^m) knows: its randomness r and its value m. */
export interface Opening {
  readonly randomness: Scalar;
  readonly value: number;
}

/** The same of the ciphertext of a ranked answer, which holds a number for every choice. */
export interface RankedOpening {
  readonly randomness: Scalar;
  readonly values: readonly number[];
}

export type AnyOpening = Opening | RankedOpening;

/** Return the file of an opened ballot. openings: of every ciphertext, one flat row a question. */
export function deriveAuditedBallot(
  ballot: UnsignedBallot,
  openings: readonly (readonly AnyOpening[])[],
): Uint8Array {
  return canonicalJson({
    version: AUDIT_VERSION,
    ballot: unsignedJson(ballot),
    openings: openings.map((row) => row.map(openingJson)),
  });
}

function openingJson(opening: AnyOpening): Json {
  const randomness = opening.randomness.toString();
  return "values" in opening
    ? { values: opening.values, randomness }
    : { value: opening.value, randomness };
}
