/**
 * What the worker does: it holds one election, and at most one ballot that is not decided about.
 *
 * Credential and prepared ballot stay here. They are let go once the ballot is signed or opened, so
 * that no opened ballot can be signed and no signed one be opened.
 */

import {
  parsePrivateCredential,
  type PrivateCredential,
} from "../ballots/v1/making/credentials.ts";
import { type PreparedBallot, prepareBallot, signBallot } from "../ballots/v1/making/encryption.ts";
import { deriveAuditedBallot } from "../ballots/v1/model/audit.ts";
import { deriveSignedHash, deriveTracker } from "../ballots/v1/model/ballot.ts";
import type { Election } from "../ballots/v1/model/election.ts";
import { parseElection } from "../ballots/v1/parse/election.ts";
import type { Randomness } from "../curve/interface.ts";
import { MalformedRecord } from "../errors.ts";
import type { Kind, Outcome, ReplyTo, Request, RequestOf } from "./messages.ts";

interface Undecided {
  readonly credential: PrivateCredential;
  readonly ballot: PreparedBallot;
}

export class Desk {
  readonly #randomness: Randomness;
  #election: Election | undefined;
  #undecided: Undecided | undefined;

  constructor(randomness: Randomness) {
    this.#randomness = randomness;
  }

  /** Answer a request. */
  answer(request: Request): Outcome<Kind> {
    try {
      return { reply: this.#reply(request) };
    } catch (error) {
      return { problem: problemOf(error) };
    }
  }

  #reply(request: Request): ReplyTo<Kind> {
    switch (request.kind) {
      case "open":
        return this.#open(request);
      case "prepare":
        return this.#prepare(request);
      case "sign":
        return this.#sign();
      case "audit":
        return this.#audit();
    }
  }

  #open(request: RequestOf<"open">): ReplyTo<"open"> {
    this.#undecided = undefined;
    this.#election = undefined;
    const election = parseElection(request.election);
    election.group.generator.prepare();
    election.publicKey.prepare();
    this.#election = election;
    return { fingerprint: election.fingerprint };
  }

  #prepare(request: RequestOf<"prepare">): ReplyTo<"prepare"> {
    this.#undecided = undefined;
    const credential = parsePrivateCredential(request.credential);
    const ballot = prepareBallot(this.#opened(), credential, request.votes, this.#randomness);
    this.#undecided = { credential, ballot };
    return { hash: deriveSignedHash(ballot.unsigned) };
  }

  #sign(): ReplyTo<"sign"> {
    const { credential, ballot: prepared } = this.#decide();
    const ballot = signBallot(prepared.unsigned, credential, this.#opened(), this.#randomness);
    return { ballot, tracker: deriveTracker(ballot) };
  }

  #audit(): ReplyTo<"audit"> {
    const { ballot } = this.#decide();
    return { file: deriveAuditedBallot(ballot.unsigned, ballot.openings) };
  }

  /** Return the prepared ballot, and let go of it. */
  #decide(): Undecided {
    const undecided = this.#undecided;
    this.#undecided = undefined;
    if (undecided === undefined) {
      throw new RangeError("no ballot is prepared");
    }
    return undecided;
  }

  #opened(): Election {
    if (this.#election === undefined) {
      throw new RangeError("no election is open");
    }
    return this.#election;
  }
}

/** Say what went wrong; what is not ours to word may hold anything, and is not repeated. */
function problemOf(error: unknown): string {
  const isOurs = error instanceof MalformedRecord || error instanceof RangeError;
  return isOurs ? error.message : "the program failed";
}
