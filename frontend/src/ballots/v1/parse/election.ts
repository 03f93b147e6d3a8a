/** The election's record. Its bytes may have any JSON form: everything else hashes exactly them. */

import { embeddingOf } from "../../../curve/embedding.ts";
import { GROUPS } from "../../../curve/groups.ts";
import type { Group } from "../../../curve/interface.ts";
import { MalformedRecord, NotSupported } from "../../../errors.ts";
import { deriveFingerprint, type Json } from "../model/canonical.ts";
import { BASE58, type Election, type Question, type Uuid } from "../model/election.ts";
import { expectInteger, expectList, expectObject, expectText, parseJson } from "./json.ts";
import type { Fields } from "./json.ts";
import { parseQuestion, workOf } from "./question.ts";
import { ValueReader } from "./values.ts";

const FIELDS = ["version", "description", "name", "group", "public_key", "questions", "uuid"];
const OPTIONAL = ["administrator", "credential_authority", "language"];
const LONGEST_UUID = 128;
const UUID = new RegExp(`^[${BASE58}]{14,}$`);

/** Choices and permitted sums of an election; without a limit one line could ask for any work. */
const MOST_CHOICES = 10_000;

/** Return the election of a record. */
export function parseElection(data: Uint8Array): Election {
  const value = parseJson(data, "election");
  const fields = expectObject(value, "election", FIELDS, OPTIONAL);
  if (expectInteger(fields["version"], "version") !== 1) {
    throw new MalformedRecord("version", "expected 1");
  }
  expectDescriptions(fields);
  const uuid = parseUuid(fields["uuid"]);
  const questions = parseQuestions(fields["questions"]);
  const group = parseGroup(fields["group"]);
  expectRoom(questions, group);
  return {
    uuid,
    name: expectText(fields["name"], "name"),
    description: expectText(fields["description"], "description"),
    group,
    publicKey: new ValueReader(group).key(fields["public_key"], "public_key"),
    questions,
    fingerprint: deriveFingerprint(data),
  };
}

/** Check the form of what an election says to people and to their programs. */
function expectDescriptions(fields: Fields): void {
  for (const name of ["administrator", "credential_authority"]) {
    if (Object.hasOwn(fields, name)) {
      expectText(fields[name], name);
    }
  }
  if (Object.hasOwn(fields, "language")) {
    const [name, direction] = expectList(fields["language"], "language", 2);
    expectText(name, "language[0]");
    if (!["ltr", "rtl"].includes(expectText(direction, "language[1]"))) {
      throw new MalformedRecord("language[1]", "expected ltr or rtl");
    }
  }
}

function parseUuid(value: Json | undefined): Uuid {
  const uuid = expectText(value, "uuid");
  if (!UUID.test(uuid)) {
    throw new MalformedRecord("uuid", "expected at least 14 Base58 characters");
  }
  if (uuid.length > LONGEST_UUID) {
    throw new NotSupported("uuid", `this version takes up to ${LONGEST_UUID} characters`);
  }
  return uuid as Uuid;
}

function parseGroup(value: Json | undefined): Group {
  const group = GROUPS.get(expectText(value, "group"));
  if (group === undefined) {
    throw new MalformedRecord("group", "not a group of this protocol");
  }
  return group;
}

function parseQuestions(value: Json | undefined): Question[] {
  const items = expectList(value, "questions");
  const questions = items.map((item, place) => parseQuestion(item, `questions[${place}]`));
  if (questions.reduce((work, question) => work + workOf(question), 0) > MOST_CHOICES) {
    const problem = `this version takes up to ${MOST_CHOICES} choices and permitted sums`;
    throw new NotSupported("questions", problem);
  }
  return questions;
}

/** Refuse a ranked question whose answers no element of the group can hold. */
function expectRoom(questions: readonly Question[], group: Group): void {
  const most = embeddingOf(group)?.most ?? -1;
  questions.forEach((question, place) => {
    if (question.kind === "NonHomomorphic" && question.answers.length > most) {
      const problem = `more answers than ${group.name} can hold in a ranked question`;
      throw new MalformedRecord(`questions[${place}]`, problem);
    }
  });
}
