/**
 * The prime-order subgroup of Ed25519, by @noble/curves.
 *
 * Source: specification section "Ed25519". The wire form is the 256-bit number
 * y XOR (lsb(x) << 255) in 64 lowercase hexadecimal digits, big-endian: the usual 32 bytes of a
 * point (RFC 8032) in reverse order.
 */

import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { NotCanonical } from "../errors.ts";
import { writeBigEndian } from "./bytes.ts";
import { type Element, Group, type Scalar } from "./interface.ts";

const { Point } = ed25519;
type Point = InstanceType<typeof Point>;

const SIZE = 32;
/** Of a table: more bits, and it takes longer to make than a ballot gains. */
const WINDOW_BITS = 8;

class EdwardsElement implements Element {
  readonly #point: Point;
  #text: string | undefined;

  /** Take a point that is known to be a member; from outside use `parseElement`. */
  constructor(point: Point) {
    this.#point = point;
  }

  times(other: Element): Element {
    return new EdwardsElement(this.#point.add(EdwardsElement.#of(other)));
  }

  power(exponent: Scalar): Element {
    // The library refuses 0, and the identity needs no work: neither is a secret of anybody's.
    if (exponent === 0n || this.#point.is0()) {
      return new EdwardsElement(Point.ZERO);
    }
    return new EdwardsElement(this.#point.multiply(exponent));
  }

  prepare(): void {
    this.#point.precompute(WINDOW_BITS, false);
  }

  equals(other: Element): boolean {
    return this.#point.equals(EdwardsElement.#of(other));
  }

  get isIdentity(): boolean {
    return this.#point.is0();
  }

  get text(): string {
    this.#text ??= bytesToHex(this.#point.toBytes().reverse());
    return this.#text;
  }

  static #of(element: Element): Point {
    if (!(element instanceof EdwardsElement)) {
      throw new TypeError("a point of Ed25519 was needed");
    }
    return element.#point;
  }
}

/** The group that the wire calls "Ed25519". */
class Ed25519 extends Group {
  readonly name = "Ed25519";
  readonly order = Point.Fn.ORDER;
  readonly wideBytes = 64;
  readonly identity = new EdwardsElement(Point.ZERO);
  readonly generator = new EdwardsElement(Point.BASE);

  /** Read 64 lowercase hexadecimal digits; on the curve, canonical and of prime order. */
  parseElement(text: string): Element {
    if (!/^[0-9a-f]{64}$/.test(text)) {
      throw new NotCanonical("not 64 lowercase hexadecimal digits");
    }
    let point: Point;
    try {
      point = Point.fromBytes(hexToBytes(text).reverse());
    } catch {
      throw new NotCanonical("not the canonical encoding of a point on the curve");
    }
    if (!point.isTorsionFree()) {
      throw new NotCanonical("a point outside the subgroup of prime order");
    }
    return new EdwardsElement(point);
  }

  /** Return 32 bytes, little-endian. */
  scalarBytes(scalar: Scalar): Uint8Array {
    return writeBigEndian(scalar, SIZE).reverse();
  }
}

export const ED25519: Group = new Ed25519();
