/** Scalars, elements, proofs and ciphertexts from JSON. */

import type { Element, Group, Scalar } from "../../../curve/interface.ts";
import { MalformedRecord, NotCanonical } from "../../../errors.ts";
import type { Fingerprint, Json } from "../model/canonical.ts";
import type { Ciphertext, Proof } from "../model/common.ts";
import { expectList, expectOrdered, expectText } from "./json.ts";

/** Reads the values of one record over one group. */
export class ValueReader {
  readonly #group: Group;

  constructor(group: Group) {
    this.#group = group;
  }

  /** Return an element; the identity is one. */
  element(value: Json | undefined, where: string): Element {
    const text = expectText(value, where);
    return canonical(where, () => this.#group.parseElement(text));
  }

  /** Return an element where a key is expected: the identity is refused as well. */
  key(value: Json | undefined, where: string): Element {
    const element = this.element(value, where);
    if (element.isIdentity) {
      throw new MalformedRecord(where, "the identity, which is no key");
    }
    return element;
  }

  scalar(value: Json | undefined, where: string): Scalar {
    const text = expectText(value, where);
    return canonical(where, () => this.#group.parseScalar(text));
  }

  proof(value: Json | undefined, where: string): Proof {
    const fields = expectOrdered(value, where, ["challenge", "response"]);
    return {
      challenge: this.scalar(fields["challenge"], `${where}.challenge`),
      response: this.scalar(fields["response"], `${where}.response`),
    };
  }

  /** Return exactly `length` proofs. */
  proofs(value: Json | undefined, where: string, length: number): Proof[] {
    const items = expectList(value, where, length);
    return items.map((item, place) => this.proof(item, `${where}[${place}]`));
  }

  ciphertext(value: Json | undefined, where: string): Ciphertext {
    const fields = expectOrdered(value, where, ["alpha", "beta"]);
    return {
      alpha: this.element(fields["alpha"], `${where}.alpha`),
      beta: this.element(fields["beta"], `${where}.beta`),
    };
  }
}

/** Return a SHA-256 in unpadded Base64. */
export function expectFingerprint(value: Json | undefined, where: string): Fingerprint {
  const text = expectText(value, where);
  if (!/^[A-Za-z0-9+/]{43}$/.test(text)) {
    throw new MalformedRecord(where, "expected a SHA-256 in 43 characters of unpadded Base64");
  }
  return text as Fingerprint;
}

function canonical<Value>(where: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    if (error instanceof NotCanonical) {
      throw new MalformedRecord(where, error.message);
    }
    throw error;
  }
}
