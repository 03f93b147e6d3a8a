/** What a voter casts (specification sections "Encrypted answers", "Signatures", "Ballots"). */

import type { Element, Scalar } from "../../../curve/interface.ts";
import { canonicalJson, deriveFingerprint } from "./canonical.ts";
import type { Fingerprint, Json, JsonObject } from "./canonical.ts";
import { ciphertextJson, proofJson, proofsJson, splitRow } from "./common.ts";
import type { Ciphertext, Proof } from "./common.ts";
import type { Uuid } from "./election.ts";

/** Encrypted choices, each proved to be 0 or 1, and their sum proved to be permitted. */
export interface HomomorphicAnswer {
  readonly kind: "Homomorphic";
  readonly choices: readonly Ciphertext[];
  readonly individualProofs: readonly (readonly Proof[])[];
  readonly overallProof: readonly Proof[];
  readonly blankProof: readonly Proof[] | undefined;
}

/** A proof that a ciphertext does not hold 0 (section "Proof of encryption of non-zero"). */
export interface NonzeroProof {
  readonly commitment: Element;
  readonly challenge: Scalar;
  readonly responses: readonly [Scalar, Scalar];
}

/** Encrypted choices of one list and of candidates on it; one row through all lists. */
export interface ListsAnswer {
  readonly kind: "Lists";
  readonly lengths: readonly number[];
  readonly choices: readonly Ciphertext[];
  readonly individualProofs: readonly (readonly Proof[])[];
  readonly overallProof: Proof;
  readonly listProofs: readonly (readonly Proof[])[];
  readonly nonzeroProof: NonzeroProof;
}

/** All numbers of an answer in one ciphertext, with a proof that its maker knows what it holds. */
export interface RankedAnswer {
  readonly kind: "NonHomomorphic";
  readonly choice: Ciphertext;
  readonly proof: Proof;
}

export type Answer = HomomorphicAnswer | ListsAnswer | RankedAnswer;

/** A ballot before its signature, for a stated election and credential. */
export interface UnsignedBallot {
  readonly electionUuid: Uuid;
  readonly electionHash: Fingerprint;
  readonly credential: Element;
  readonly answers: readonly Answer[];
}

/** A proof of knowledge of the credential's secret over the hash of the unsigned ballot. */
export interface Signature {
  readonly hash: Fingerprint;
  readonly proof: Proof;
}

/** A signed ballot. signedHash: the hash of the unsigned part as it stands in the record. */
export interface Ballot extends UnsignedBallot {
  readonly signature: Signature;
  readonly signedHash: Fingerprint;
}

export function unsignedJson(unsigned: UnsignedBallot): JsonObject {
  return {
    election_uuid: unsigned.electionUuid,
    election_hash: unsigned.electionHash,
    credential: unsigned.credential.text,
    answers: unsigned.answers.map(answerJson),
  };
}

/** Return the hash that the signature covers, and that an audit names. */
export function deriveSignedHash(unsigned: UnsignedBallot): Fingerprint {
  return deriveFingerprint(canonicalJson(unsignedJson(unsigned)));
}

/** Return the bytes of a ballot's record. */
export function deriveBallotRecord(unsigned: UnsignedBallot, signature: Signature): Uint8Array {
  const { hash, proof } = signature;
  const signed = { ...unsignedJson(unsigned), signature: { hash, proof: proofJson(proof) } };
  return canonicalJson(signed);
}

/** Return the tracker by which a voter finds a ballot: the hash of its whole record. */
export function deriveTracker(record: Uint8Array): Fingerprint {
  return deriveFingerprint(record);
}

function answerJson(answer: Answer): Json {
  switch (answer.kind) {
    case "Homomorphic":
      return homomorphicJson(answer);
    case "Lists":
      return listsJson(answer);
    case "NonHomomorphic":
      return { choices: ciphertextJson(answer.choice), proof: proofJson(answer.proof) };
  }
}

function homomorphicJson(answer: HomomorphicAnswer): Json {
  const { blankProof } = answer;
  return {
    choices: answer.choices.map(ciphertextJson),
    individual_proofs: answer.individualProofs.map(proofsJson),
    overall_proof: proofsJson(answer.overallProof),
    ...(blankProof === undefined ? {} : { blank_proof: proofsJson(blankProof) }),
  };
}

function listsJson(answer: ListsAnswer): Json {
  const { commitment, challenge, responses } = answer.nonzeroProof;
  return {
    choices: splitRow(answer.choices.map(ciphertextJson), answer.lengths),
    individual_proofs: splitRow(answer.individualProofs.map(proofsJson), answer.lengths),
    overall_proof: proofJson(answer.overallProof),
    list_proofs: answer.listProofs.map(proofsJson),
    nonzero_proof: {
      commitment: commitment.text,
      challenge: challenge.toString(),
      response: responses.map(String),
    },
  };
}
