/**
 * The strings that challenges hash, in one place (specification "iproof", "bproof" and others).
 *
 * `S0` is the election's fingerprint and the credential; `S` adds every ciphertext of the answer.
 */

import type { Element } from "../../../curve/interface.ts";
import type { Fingerprint } from "../model/canonical.ts";
import { type Ciphertext, ciphertextText } from "../model/common.ts";

/** Return S0, which binds a proof to its election and its voter. */
export function voterContext(fingerprint: Fingerprint, credential: Element): string {
  return `${fingerprint}|${credential.text}`;
}

/** Return S, which binds a proof also to every ciphertext of its answer. */
export function answerContext(voter: string, choices: readonly Ciphertext[]): string {
  return `${voter}|${choices.map(ciphertextText).join(",")}`;
}

/** Of a proof of interval membership. */
export function intervalStatement(
  context: string,
  ciphertext: Ciphertext,
  commitments: readonly Element[],
): string {
  return `prove|${context}|${ciphertextText(ciphertext)}|${listed(commitments)}`;
}

/** Of "not blank, or nothing chosen". */
export function blankStatement(context: string, commitments: readonly Element[]): string {
  return `bproof0|${context}|${listed(commitments)}`;
}

/** Of "blank, or a permitted number chosen". */
export function blankOverallStatement(context: string, commitments: readonly Element[]): string {
  return `bproof1|${context}|${listed(commitments)}`;
}

/** Of "list chosen, or none of its candidates". */
export function listStatement(context: string, commitments: readonly Element[]): string {
  return `lproof|${context}|${listed(commitments)}`;
}

/** Of "some candidate chosen". */
export function nonzeroStatement(context: string, commitments: readonly Element[]): string {
  return `nonzero|${context}|${listed(commitments)}`;
}

/** Of a ranked answer's proof; `voter` is S0. */
export function plaintextStatement(
  voter: string,
  key: Element,
  ciphertext: Ciphertext,
  commitment: Element,
): string {
  return `raweg|${voter}|${key.text},${ciphertextText(ciphertext)}|${commitment.text}`;
}

/** Of a ballot's signature. */
export function signatureStatement(signedHash: Fingerprint, commitment: Element): string {
  return `sig|${signedHash}|${commitment.text}`;
}

function listed(elements: readonly Element[]): string {
  return elements.map((element) => element.text).join(",");
}
