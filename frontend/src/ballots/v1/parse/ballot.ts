/**
 * Ballots from bytes: exactly the form that the election's questions demand, or a refusal.
 *
 * What is checked here is form and membership. That proofs and signature hold, and that the ballot
 * is for this election, is for the verifier.
 */

import { MalformedRecord } from "../../../errors.ts";
import type { Answer, Ballot, NonzeroProof, Signature } from "../model/ballot.ts";
import type { HomomorphicAnswer, ListsAnswer, RankedAnswer } from "../model/ballot.ts";
import { canonicalJson, deriveFingerprint, type Json } from "../model/canonical.ts";
import { choiceCount, lengthsOf, overallProofCount } from "../model/election.ts";
import type { Election, Question, Uuid } from "../model/election.ts";
import type { HomomorphicQuestion, ListsQuestion } from "../model/election.ts";
import { expectCanonical, expectList, expectOrdered, expectText, parseJson } from "./json.ts";
import { expectFingerprint, ValueReader } from "./values.ts";

const BALLOT_FIELDS = ["election_uuid", "election_hash", "credential", "answers", "signature"];

/** Return the ballot of a record. */
export function parseBallot(data: Uint8Array, election: Election): Ballot {
  const value = parseJson(data, "ballot");
  const { signature, ...unsigned } = expectOrdered(value, "ballot", BALLOT_FIELDS);
  expectCanonical(data, value, "ballot");
  const reader = new ValueReader(election.group);
  const { questions } = election;
  const items = expectList(unsigned["answers"], "answers", questions.length);
  const answers = items.map((item, place) =>
    parseAnswer(item, questions[place] as Question, reader, `answers[${place}]`),
  );
  return {
    electionUuid: parseUuid(unsigned["election_uuid"]),
    electionHash: expectFingerprint(unsigned["election_hash"], "election_hash"),
    credential: reader.key(unsigned["credential"], "credential"),
    answers,
    signature: parseSignature(signature, reader),
    // Canonical, and the signature was its last field: these are the bytes that were signed.
    signedHash: deriveFingerprint(canonicalJson(unsigned)),
  };
}

function parseUuid(value: Json | undefined): Uuid {
  const uuid = expectText(value, "election_uuid");
  if (!/^[0-9A-Za-z]{1,512}$/.test(uuid)) {
    throw new MalformedRecord("election_uuid", "not in canonical form");
  }
  return uuid as Uuid;
}

function parseAnswer(value: Json, question: Question, reader: ValueReader, where: string): Answer {
  switch (question.kind) {
    case "Homomorphic":
      return parseHomomorphic(value, question, reader, where);
    case "Lists":
      return parseLists(value, question, reader, where);
    case "NonHomomorphic":
      return parseRanked(value, reader, where);
  }
}

function parseHomomorphic(
  value: Json,
  question: HomomorphicQuestion,
  reader: ValueReader,
  where: string,
): HomomorphicAnswer {
  const always = ["choices", "individual_proofs", "overall_proof"];
  const names = question.blank ? [...always, "blank_proof"] : always;
  const fields = expectOrdered(value, where, names);
  const count = choiceCount(question);
  const rowOf = (name: string) => placed(expectList(fields[name], `${where}.${name}`, count), where);
  const overall = overallProofCount(question);
  return {
    kind: "Homomorphic",
    choices: rowOf("choices").map(([item, place]) => reader.ciphertext(item, place)),
    individualProofs: rowOf("individual_proofs").map(([item, place]) =>
      reader.proofs(item, place, 2),
    ),
    overallProof: reader.proofs(fields["overall_proof"], `${where}.overall_proof`, overall),
    blankProof: question.blank
      ? reader.proofs(fields["blank_proof"], `${where}.blank_proof`, 2)
      : undefined,
  };
}

function parseLists(
  value: Json,
  question: ListsQuestion,
  reader: ValueReader,
  where: string,
): ListsAnswer {
  const names = ["choices", "individual_proofs", "overall_proof", "list_proofs", "nonzero_proof"];
  const fields = expectOrdered(value, where, names);
  const lengths = lengthsOf(question);
  const rowOf = (name: string) => rowThroughLists(fields[name], `${where}.${name}`, lengths);
  const listProofs = expectList(fields["list_proofs"], `${where}.list_proofs`, lengths.length);
  return {
    kind: "Lists",
    lengths,
    choices: rowOf("choices").map(([item, place]) => reader.ciphertext(item, place)),
    individualProofs: rowOf("individual_proofs").map(([item, place]) =>
      reader.proofs(item, place, 2),
    ),
    overallProof: reader.proof(fields["overall_proof"], `${where}.overall_proof`),
    listProofs: placed(listProofs, where).map(([item, place]) => reader.proofs(item, place, 2)),
    nonzeroProof: parseNonzero(fields["nonzero_proof"], reader, `${where}.nonzero_proof`),
  };
}

function parseRanked(value: Json, reader: ValueReader, where: string): RankedAnswer {
  const fields = expectOrdered(value, where, ["choices", "proof"]);
  return {
    kind: "NonHomomorphic",
    choice: reader.ciphertext(fields["choices"], `${where}.choices`),
    proof: reader.proof(fields["proof"], `${where}.proof`),
  };
}

function parseNonzero(value: Json | undefined, reader: ValueReader, where: string): NonzeroProof {
  const fields = expectOrdered(value, where, ["commitment", "challenge", "response"]);
  const [first, second] = expectList(fields["response"], `${where}.response`, 2);
  return {
    commitment: reader.element(fields["commitment"], `${where}.commitment`),
    challenge: reader.scalar(fields["challenge"], `${where}.challenge`),
    responses: [
      reader.scalar(first, `${where}.response[0]`),
      reader.scalar(second, `${where}.response[1]`),
    ],
  };
}

function parseSignature(value: Json | undefined, reader: ValueReader): Signature {
  const fields = expectOrdered(value, "signature", ["hash", "proof"]);
  return {
    hash: expectFingerprint(fields["hash"], "signature.hash"),
    proof: reader.proof(fields["proof"], "signature.proof"),
  };
}

/** Return the items of a row that is cut into lists of the given lengths, with their places. */
function rowThroughLists(
  value: Json | undefined,
  where: string,
  lengths: readonly number[],
): [Json, string][] {
  const lists = expectList(value, where, lengths.length);
  return lists.flatMap((inner, number) => {
    const place = `${where}[${number}]`;
    return placed(expectList(inner, place, lengths[number]), place);
  });
}

function placed(items: readonly Json[], where: string): [Json, string][] {
  return items.map((item, place) => [item, `${where}[${place}]`]);
}
