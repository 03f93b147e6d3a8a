/**
 * Vectors of small integers as group elements, for answers that are opened one by one.
 *
 * Source: specification sections "Finite fields" and "Ed25519" (`of_ints`). Each integer has 8 bits;
 * behind them stands the smallest padding that makes the number a member of the group. The search
 * takes a time that depends on the integers.
 */

import { NotCanonical } from "../errors.ts";
import type { Element, Group } from "./interface.ts";

export const LARGEST_NUMBER = 255;
const BITS = 8n;

/** How a group's elements hold integers: free bits for the padding, how many fit, and in what text. */
export interface Embedding {
  readonly padding: number;
  readonly most: number;
  readonly write: (padded: bigint) => string;
}

const EMBEDDINGS: Readonly<Record<string, Embedding>> = {
  Ed25519: { padding: 14, most: 30, write: (padded) => padded.toString(16).padStart(64, "0") },
  "RFC-3526-2048": { padding: 8, most: 255, write: (padded) => padded.toString() },
};

/** Return how a group holds integers, or nothing where the protocol gives it no way to. */
export function embeddingOf(group: Group): Embedding | undefined {
  return EMBEDDINGS[group.name];
}

/** Return the element that holds integers, each from 0 to 255. */
export function embed(group: Group, integers: readonly number[]): Element {
  const embedding = embeddingOf(group);
  if (embedding === undefined || integers.length > embedding.most) {
    throw new RangeError(`${group.name} does not hold ${integers.length} integers`);
  }
  const number = integers.reduce((held, value) => (held << BITS) | BigInt(value), 0n);
  for (let padding = 0; padding < 2 ** embedding.padding; padding += 1) {
    const padded = (number << BigInt(embedding.padding)) + BigInt(padding);
    const element = find(group, embedding.write(padded));
    if (element !== undefined) {
      return element;
    }
  }
  throw new RangeError("no element holds these integers");
}

function find(group: Group, text: string): Element | undefined {
  try {
    return group.parseElement(text);
  } catch (error) {
    if (error instanceof NotCanonical) {
      return undefined;
    }
    throw error;
  }
}
