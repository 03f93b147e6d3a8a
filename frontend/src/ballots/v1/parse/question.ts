/** The questions of an election's record. */

import { LARGEST_NUMBER } from "../../../curve/embedding.ts";
import { MalformedRecord, NotSupported } from "../../../errors.ts";
import { canonicalJson, type Json } from "../model/canonical.ts";
import { choiceCount, overallProofCount, voteLength } from "../model/election.ts";
import type {
  HomomorphicQuestion,
  ListsQuestion,
  Question,
  RankedQuestion,
} from "../model/election.ts";
import { countingJson, type CountingMethod, METHODS } from "../model/ranked.ts";
import {
  expectBoolean,
  expectInteger,
  expectList,
  expectObject,
  expectText,
  expectTexts,
  type Fields,
} from "./json.ts";

/** Return a question; one without a type is the first kind there was. */
export function parseQuestion(value: Json, where: string): Question {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "type")) {
    return parseHomomorphic(value, where);
  }
  const fields = expectObject(value, where, ["type", "value"], ["extra"]);
  const inner = `${where}.value`;
  switch (expectText(fields["type"], `${where}.type`)) {
    case "Homomorphic":
      return parseHomomorphic(fields["value"], inner);
    case "Lists":
      return parseLists(fields["value"], inner);
    case "NonHomomorphic":
      return parseRanked(fields, inner);
    default:
      throw new MalformedRecord(`${where}.type`, "not a kind of question of this protocol");
  }
}

/** Return how many choices, lists and permitted sums a question has. */
export function workOf(question: Question): number {
  switch (question.kind) {
    case "Homomorphic":
      return choiceCount(question) + overallProofCount(question);
    case "Lists":
      return voteLength(question) + question.lists.length;
    case "NonHomomorphic":
      return voteLength(question);
  }
}

/** Return a question with min <= max, which is all that the reference demands of one. */
function parseHomomorphic(value: Json | undefined, where: string): HomomorphicQuestion {
  const fields = expectObject(value, where, ["answers", "min", "max", "question"], ["blank"]);
  if (typeof fields["min"] === "number" && fields["min"] < 0) {
    throw new NotSupported(`${where}.min`, "this version takes no negative numbers of choices");
  }
  const question: HomomorphicQuestion = {
    kind: "Homomorphic",
    text: expectText(fields["question"], `${where}.question`),
    answers: expectTexts(fields["answers"], `${where}.answers`),
    minimum: expectInteger(fields["min"], `${where}.min`),
    maximum: expectInteger(fields["max"], `${where}.max`),
    blank: Object.hasOwn(fields, "blank") && expectBoolean(fields["blank"], `${where}.blank`),
  };
  if (question.minimum > question.maximum) {
    throw new MalformedRecord(where, "expected min <= max");
  }
  return question;
}

function parseLists(value: Json | undefined, where: string): ListsQuestion {
  const fields = expectObject(value, where, ["answers", "question"]);
  const lists = expectList(fields["answers"], `${where}.answers`).map((item, place) => {
    const names = expectTexts(item, `${where}.answers[${place}]`);
    if (names.length === 0) {
      throw new MalformedRecord(`${where}.answers[${place}]`, "expected the name of a list");
    }
    return names;
  });
  return { kind: "Lists", text: expectText(fields["question"], `${where}.question`), lists };
}

function parseRanked(outer: Fields, where: string): RankedQuestion {
  const fields = expectObject(outer["value"], where, ["answers", "question"]);
  return {
    kind: "NonHomomorphic",
    text: expectText(fields["question"], `${where}.question`),
    answers: expectTexts(fields["answers"], `${where}.answers`),
    counting: Object.hasOwn(outer, "extra") ? readCounting(outer["extra"]) : undefined,
  };
}

/**
 * Return the counting method that `extra` names, or nothing where it names none that we know.
 *
 * The protocol does not interpret it, so nothing in it makes a record malformed.
 */
function readCounting(extra: Json | undefined): CountingMethod | undefined {
  try {
    const fields = expectObject(extra, "extra", ["method", "blank"], ["grades", "seats", "most"]);
    const method = METHODS.find((name) => name === fields["method"]);
    if (method === undefined) {
      return undefined;
    }
    const counting: CountingMethod = {
      method,
      blank: expectBoolean(fields["blank"], "blank"),
      grades: expectTexts(fields["grades"] ?? [], "grades"),
      seats: expectInteger(fields["seats"] ?? 0, "seats"),
      most: expectInteger(fields["most"] ?? 0, "most", LARGEST_NUMBER),
    };
    return isSame(countingJson(counting), fields) ? counting : undefined;
  } catch (error) {
    if (error instanceof MalformedRecord) {
      return undefined;
    }
    throw error;
  }
}

/** Whether two objects hold the same, in whichever order. */
function isSame(one: Json, other: Fields): boolean {
  return sortedText(one as Fields) === sortedText(other);
}

function sortedText(fields: Fields): string {
  const names = Object.keys(fields).sort();
  return canonicalJson(names.map((name) => [name, fields[name] as Json])).join();
}
