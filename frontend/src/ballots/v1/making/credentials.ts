/** The credential that a voter types (specification section "Credentials"). */

import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Group, Scalar } from "../../../curve/interface.ts";
import { MalformedRecord } from "../../../errors.ts";
import { BASE58, type Uuid } from "../model/election.ts";

/** XXXXX-XXXXXX-XXXXX-XXXXXX, 22 Base58 characters: what a voter needs to vote. */
export type PrivateCredential = string & { readonly privateCredential: true };

const FORM = new RegExp(`^[${BASE58}]{5}-[${BASE58}]{6}-[${BASE58}]{5}-[${BASE58}]{6}$`);

/** Return a credential that somebody typed; the message of a refusal does not repeat it. */
export function parsePrivateCredential(text: string): PrivateCredential {
  if (!FORM.test(text)) {
    const form = "expected the form XXXXX-XXXXXX-XXXXX-XXXXXX in Base58 characters";
    throw new MalformedRecord("private credential", form);
  }
  return text as PrivateCredential;
}

/** Return the secret exponent: two SHA-256 read as one 512-bit big-endian number, modulo q. */
export function deriveSecret(credential: PrivateCredential, uuid: Uuid, group: Group): Scalar {
  const digests = [0, 1].map((i) =>
    sha256(utf8ToBytes(`derive_credential|${uuid}|${i}|${credential}`)),
  );
  return group.reduce(concatBytes(...digests));
}
