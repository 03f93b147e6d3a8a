/**
 * Strict JSON: one meaning for every text, and bounded work for any bytes.
 *
 * Refused beyond what the language refuses: bytes that are not UTF-8, half of a surrogate pair, a
 * name twice in one object, fractions and exponents, numbers that no small integer of the protocol
 * can be, nesting deeper than any record has.
 */

import { MalformedRecord } from "../../../errors.ts";
import { canonicalJson, type Json, LARGEST_SMALL_INTEGER } from "../model/canonical.ts";

export const LARGEST_RECORD_BYTES = 16 * 2 ** 20;
const DEEPEST = 16;

/** A string, a bracket, a comma or colon, or whatever else stands between these. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},:]|[^\s[\]{},:"]+/g;
const SMALL_INTEGER = /^(?:0|-?[1-9][0-9]{0,9})$/;

export type Fields = Readonly<Record<string, Json>>;

/** Return the JSON value that `data` holds, or throw `MalformedRecord` with the reason. */
export function parseJson(data: Uint8Array, where: string): Json {
  if (data.length > LARGEST_RECORD_BYTES) {
    throw new MalformedRecord(where, `more than ${LARGEST_RECORD_BYTES} bytes`);
  }
  const text = decode(data, where);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw new MalformedRecord(where, "not JSON");
  }
  checkTokens(text, where);
  return value;
}

function decode(data: Uint8Array, where: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    throw new MalformedRecord(where, "not UTF-8");
  }
}

/** Refuse what the language's own parser takes. text: it has taken. */
function checkTokens(text: string, where: string): void {
  const open: (Set<string> | undefined)[] = [];
  let last = "";
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === "{" || token === "[") {
      open.push(token === "{" ? new Set() : undefined);
    } else if (token === "}" || token === "]") {
      open.pop();
    } else if (token === ":") {
      addName(open[open.length - 1], JSON.parse(last) as string, where);
    } else {
      checkScalar(token, where);
    }
    if (open.length > DEEPEST) {
      throw new MalformedRecord(where, `nested more than ${DEEPEST} deep`);
    }
    last = token;
  }
}

function addName(names: Set<string> | undefined, name: string, where: string): void {
  if (names?.has(name)) {
    throw new MalformedRecord(where, "a field appears twice in one object");
  }
  names?.add(name);
}

function checkScalar(token: string, where: string): void {
  if (token.startsWith('"')) {
    if (token.includes("\\u") && !isWellFormed(JSON.parse(token) as string)) {
      throw new MalformedRecord(where, "a string holds half of a surrogate pair");
    }
  } else if (/^[-0-9]/.test(token) && !SMALL_INTEGER.test(token)) {
    throw new MalformedRecord(where, "a number that is not a small integer");
  }
}

/** Whether a text has no half of a surrogate pair. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** Refuse a record whose bytes are not the one form of its value. */
export function expectCanonical(data: Uint8Array, value: Json, where: string): void {
  const written = canonicalJson(value);
  if (written.length !== data.length || written.some((byte, place) => byte !== data[place])) {
    throw new MalformedRecord(where, "not in its canonical form");
  }
}

/** Return an object with the named fields, none missing but optional ones, and no other. */
export function expectObject(
  value: Json | undefined,
  where: string,
  names: readonly string[],
  optional: readonly string[] = [],
): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new MalformedRecord(where, "expected an object");
  }
  const fields = value as Fields;
  for (const name of names) {
    if (!Object.hasOwn(fields, name)) {
      throw new MalformedRecord(where, `the field ${name} is missing`);
    }
  }
  for (const name of Object.keys(fields)) {
    if (!names.includes(name) && !optional.includes(name)) {
      throw new MalformedRecord(where, "a field that does not belong here");
    }
  }
  return fields;
}

/** Return an object with exactly the named fields in their order, as records that are hashed have. */
export function expectOrdered(
  value: Json | undefined,
  where: string,
  names: readonly string[],
): Fields {
  const fields = expectObject(value, where, names);
  if (Object.keys(fields).some((name, place) => name !== names[place])) {
    throw new MalformedRecord(where, "its fields are not in order");
  }
  return fields;
}

/** Return a list, of exactly `length` items where that is given. */
export function expectList(
  value: Json | undefined,
  where: string,
  length?: number,
): readonly Json[] {
  if (!Array.isArray(value)) {
    throw new MalformedRecord(where, "expected a list");
  }
  if (length !== undefined && value.length !== length) {
    throw new MalformedRecord(where, `expected ${length} items, found ${value.length}`);
  }
  return value as readonly Json[];
}

export function expectText(value: Json | undefined, where: string): string {
  if (typeof value !== "string") {
    throw new MalformedRecord(where, "expected a string");
  }
  return value;
}

export function expectTexts(value: Json | undefined, where: string): string[] {
  return expectList(value, where).map((item, place) => expectText(item, `${where}[${place}]`));
}

/** Return an integer from 0 to `largest`. */
export function expectInteger(
  value: Json | undefined,
  where: string,
  largest: number = LARGEST_SMALL_INTEGER,
): number {
  if (typeof value !== "number" || value < 0 || value > largest) {
    throw new MalformedRecord(where, `expected an integer from 0 to ${largest}`);
  }
  return value;
}

export function expectBoolean(value: Json | undefined, where: string): boolean {
  if (typeof value !== "boolean") {
    throw new MalformedRecord(where, "expected true or false");
  }
  return value;
}
