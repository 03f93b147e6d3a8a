/**
 * Ballots: prepared (encrypted and proved), and then either signed or opened for an audit.
 *
 * A prepared ballot has a hash, which its voter notes before deciding. Who signs it casts exactly
 * what the hash covers; who opens it gives away the randomness of its ciphertexts, never a nonce of
 * a proof or of a signature, and must not sign it any more: it tells how its voter voted.
 */

import type { Randomness } from "../../../curve/interface.ts";
import { signatureStatement, voterContext } from "../equations/statements.ts";
import type { AnyOpening } from "../model/audit.ts";
import { deriveBallotRecord, deriveSignedHash, type UnsignedBallot } from "../model/ballot.ts";
import type { Election, Question } from "../model/election.ts";
import { makeAnswer } from "./answers.ts";
import { deriveSecret, type PrivateCredential } from "./credentials.ts";
import { NonceSource } from "./nonces.ts";
import { checkVote, type Votes } from "./permitted.ts";

/** A ballot whose voter has not decided yet. openings: in the shape of its answers. */
export interface PreparedBallot {
  readonly unsigned: UnsignedBallot;
  readonly openings: readonly (readonly AnyOpening[])[];
}

/** Return an encrypted and proved ballot; `RangeError`, naming the question, for a wrong vote. */
export function prepareBallot(
  election: Election,
  credential: PrivateCredential,
  votes: Votes,
  randomness: Randomness,
): PreparedBallot {
  const { group, questions, fingerprint } = election;
  if (questions.length !== votes.length) {
    throw new RangeError("expected one vote for each question");
  }
  votes.forEach((vote, place) => checkVote(questions[place] as Question, vote, place + 1));
  const secret = deriveSecret(credential, election.uuid, group);
  const own = group.generatorPower(secret);
  const context = `ballot|${fingerprint}|${own.text}|${votesText(votes)}`;
  const nonces = new NonceSource(group, secret, context, randomness);
  const voter = voterContext(fingerprint, own);
  const answering = { group, key: election.publicKey, nonces, voter };
  const encrypted = votes.map((vote, place) =>
    makeAnswer(answering, questions[place] as Question, vote),
  );
  const unsigned = {
    electionUuid: election.uuid,
    electionHash: fingerprint,
    credential: own,
    answers: encrypted.map(({ answer }) => answer),
  };
  return { unsigned, openings: encrypted.map(({ openings }) => openings) };
}

/** Return the record of a ballot, signed with the credential that it names. */
export function signBallot(
  unsigned: UnsignedBallot,
  credential: PrivateCredential,
  election: Election,
  randomness: Randomness,
): Uint8Array {
  const { group } = election;
  if (unsigned.electionHash !== election.fingerprint) {
    throw new RangeError("the ballot was prepared for another election");
  }
  const secret = deriveSecret(credential, election.uuid, group);
  if (!unsigned.credential.equals(group.generatorPower(secret))) {
    throw new RangeError("the ballot was prepared with another credential");
  }
  const hash = deriveSignedHash(unsigned);
  // The nonce depends on the signed hash, so two ballots never share it.
  const context = `ballot signature|${hash}`;
  const nonce = new NonceSource(group, secret, context, randomness).draw();
  const challenge = group.hashToScalar(signatureStatement(hash, group.generatorPower(nonce)));
  const response = group.subtract(nonce, group.multiply(secret, challenge));
  return deriveBallotRecord(unsigned, { hash, proof: { challenge, response } });
}

/** Return votes in the form in which the nonces' context has them, the same in every program. */
function votesText(votes: Votes): string {
  return `[${votes.map((vote) => `[${vote.join(", ")}]`).join(", ")}]`;
}
