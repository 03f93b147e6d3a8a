/**
 * Subgroups of prime order of the integers modulo p, by BigInt.
 *
 * Source: specification section "Finite fields". The wire form of an element is its decimal number.
 * Without its table a power takes many times as long: `prepare` the generator and the key.
 */

import { NotCanonical } from "../errors.ts";
import { writeBigEndian } from "./bytes.ts";
import { FixedBase, power } from "./field_powers.ts";
import { type Element, Group, readDecimal, type Scalar } from "./interface.ts";
import {
  BELENIOS_2048_PARAMETERS,
  type FieldParameters,
  RFC_3526_2048_PARAMETERS,
} from "./parameters.ts";

/** Beyond the bytes of the order, for a bias below 2^-128. */
const SPARE_BYTES = 32;

class FieldElement implements Element {
  readonly #value: bigint;
  readonly #field: FieldParameters;
  #table: FixedBase | undefined;

  /** Take a value that is known to be a member; from outside use `parseElement`. */
  constructor(value: bigint, field: FieldParameters) {
    this.#value = value;
    this.#field = field;
  }

  times(other: Element): Element {
    return this.#member((this.#value * this.#of(other)) % this.#field.p);
  }

  power(exponent: Scalar): Element {
    const table = this.#table;
    return this.#member(
      table === undefined ? power(this.#value, exponent, this.#field.p) : table.power(exponent),
    );
  }

  prepare(): void {
    this.#table ??= new FixedBase(this.#value, this.#field.p, this.#field.q);
  }

  equals(other: Element): boolean {
    return this.#value === this.#of(other);
  }

  get isIdentity(): boolean {
    return this.#value === 1n;
  }

  get text(): string {
    return this.#value.toString();
  }

  #member(value: bigint): FieldElement {
    return new FieldElement(value, this.#field);
  }

  #of(element: Element): bigint {
    if (!(element instanceof FieldElement) || element.#field !== this.#field) {
      throw new TypeError(`an element of ${this.#field.name} was needed`);
    }
    return element.#value;
  }
}

/** The subgroup that one set of parameters describes. */
class FieldGroup extends Group {
  readonly name: string;
  readonly order: bigint;
  readonly wideBytes: number;
  readonly identity: Element;
  readonly generator: Element;
  readonly #field: FieldParameters;
  readonly #scalarBytes: number;

  constructor(field: FieldParameters) {
    super();
    this.#field = field;
    this.#scalarBytes = Math.ceil(field.q.toString(2).length / 8);
    this.name = field.name;
    this.order = field.q;
    this.wideBytes = this.#scalarBytes + SPARE_BYTES;
    this.identity = new FieldElement(1n, field);
    this.generator = new FieldElement(field.g, field);
  }

  /** Read a decimal number x with 0 < x < p and x^q = 1. */
  parseElement(text: string): Element {
    const value = readDecimal(text, this.#field.p);
    if (power(value, this.#field.q, this.#field.p) !== 1n) {
      throw new NotCanonical("a number outside the subgroup of prime order");
    }
    return new FieldElement(value, this.#field);
  }

  /** Return the value big-endian in as many bytes as the order has. */
  scalarBytes(scalar: Scalar): Uint8Array {
    return writeBigEndian(scalar, this.#scalarBytes);
  }
}

export const BELENIOS_2048: Group = new FieldGroup(BELENIOS_2048_PARAMETERS);
export const RFC_3526_2048: Group = new FieldGroup(RFC_3526_2048_PARAMETERS);
