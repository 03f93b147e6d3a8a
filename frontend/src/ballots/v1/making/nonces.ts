/** Secret scalars for one piece of work, each drawn for a use of its own. */

import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { Group, Randomness, Scalar } from "../../../curve/interface.ts";
import { hedgedScalar } from "../../../curve/nonces.ts";

/** Draws hedged scalars for one ballot or one signature. */
export class NonceSource {
  readonly #group: Group;
  readonly #secret: Uint8Array;
  readonly #context: string;
  readonly #randomness: Randomness;
  #drawn = 0;

  /**
   * secret: the long-term secret of whoever does the work.
   * context: everything that distinguishes this piece of work, plaintext included, so that under a
   * generator that repeats itself two different pieces of work still share no nonce.
   */
  constructor(group: Group, secret: Scalar, context: string, randomness: Randomness) {
    this.#group = group;
    this.#secret = group.scalarBytes(secret);
    this.#context = context;
    this.#randomness = randomness;
  }

  /** Return a scalar that no other draw returns. */
  draw(): Scalar {
    this.#drawn += 1;
    const message = utf8ToBytes(`${this.#drawn}|${this.#context}`);
    return hedgedScalar(this.#group, this.#secret, message, this.#randomness);
  }
}
