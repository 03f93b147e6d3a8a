/**
 * What every group of the protocol offers: typed scalars and elements of prime order.
 *
 * - An `Element` lies in the subgroup of prime order q; a `Scalar` lies in [0, q). Text from outside
 *   comes in through `parseElement` and `parseScalar`, which check that and accept exactly one text
 *   for each value.
 * - Both are immutable. Elements of two groups never mix (`TypeError`).
 * - The group is written multiplicatively, as the specification does.
 *
 * Timing: all arithmetic is that of BigInt, whose time depends on the values. Nothing here runs in
 * constant time; who can time the voter's own device precisely is not kept out.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { NotCanonical } from "../errors.ts";
import { readBigEndian } from "./bytes.ts";

declare const scalarMark: unique symbol;

/** An integer modulo the order q of its group. */
export type Scalar = bigint & { readonly [scalarMark]: true };

/** A source of randomness: called with n, it returns n fresh bytes. */
export type Randomness = (size: number) => Uint8Array;

/** A member of the subgroup of order q. */
export interface Element {
  times(other: Element): Element;
  power(exponent: Scalar): Element;
  /** Make a table, so that the many powers to come are faster. It takes as long as some of them. */
  prepare(): void;
  equals(other: Element): boolean;
  readonly isIdentity: boolean;
  /** The wire form, the one that `parseElement` accepts. */
  readonly text: string;
}

/** A cyclic group of prime order q with a generator g, under the name the wire uses. */
export abstract class Group {
  abstract readonly name: string;
  abstract readonly order: bigint;
  /** How many uniform bytes `reduce` needs for a scalar with a bias below 2^-128. */
  abstract readonly wideBytes: number;
  abstract readonly identity: Element;
  abstract readonly generator: Element;

  /** Read an element, the identity included; `NotCanonical` for anything but a member's encoding. */
  abstract parseElement(text: string): Element;

  /** Return a scalar as bytes of one length for the whole group, in an order of its own. */
  abstract scalarBytes(scalar: Scalar): Uint8Array;

  /** Read a decimal scalar in [0, q). */
  parseScalar(text: string): Scalar {
    return readDecimal(text, this.order) as Scalar;
  }

  /** Return a value in [0, q) as a scalar. */
  scalar(value: bigint): Scalar {
    if (value < 0n || value >= this.order) {
      throw new RangeError("a scalar lies in [0, q)");
    }
    return value as Scalar;
  }

  /** Return big-endian bytes modulo q. */
  reduce(wide: Uint8Array): Scalar {
    return (readBigEndian(wide) % this.order) as Scalar;
  }

  /** Return the SHA-256 of a statement as a big-endian number modulo q. */
  hashToScalar(statement: string): Scalar {
    return this.reduce(sha256(utf8ToBytes(statement)));
  }

  add(one: Scalar, other: Scalar): Scalar {
    return ((one + other) % this.order) as Scalar;
  }

  subtract(one: Scalar, other: Scalar): Scalar {
    return ((one - other + this.order) % this.order) as Scalar;
  }

  multiply(one: Scalar, other: Scalar): Scalar {
    return ((one * other) % this.order) as Scalar;
  }

  generatorPower(exponent: Scalar): Element {
    return this.generator.power(exponent);
  }
}

/** Return the value of a canonical decimal text below `limit`; its length is looked at first. */
export function readDecimal(text: string, limit: bigint): bigint {
  if (!/^[0-9]+$/.test(text)) {
    throw new NotCanonical("not a decimal number without sign or spaces");
  }
  if (text.length > 1 && text.startsWith("0")) {
    throw new NotCanonical("a decimal number with leading zeros");
  }
  if (text.length > limit.toString().length || BigInt(text) >= limit) {
    throw new NotCanonical("not below its limit");
  }
  return BigInt(text);
}
