/**
 * The one way in which this wire version writes JSON: compact, fields in their order, text as UTF-8
 * as it stands; control characters and DEL are escaped, nothing else is.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

export type Json = JsonObject | readonly Json[] | string | number | boolean | null;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** Above this the protocol's small integers do not go. */
export const LARGEST_SMALL_INTEGER = 2 ** 30 - 1;

/** A SHA-256 in unpadded standard Base64, 43 characters: how people see it. */
export type Fingerprint = string & { readonly fingerprint: true };

/** Return the compact form of a JSON value, fields in the order in which it holds them. */
export function canonicalJson(value: Json): Uint8Array {
  return utf8ToBytes(JSON.stringify(value).replaceAll("\x7f", "\\u007f"));
}

/** Return the SHA-256 as people see it: election fingerprint, tracker, signed hash. */
export function deriveFingerprint(data: Uint8Array): Fingerprint {
  const digest = String.fromCharCode(...sha256(data));
  return btoa(digest).replaceAll("=", "") as Fingerprint;
}
