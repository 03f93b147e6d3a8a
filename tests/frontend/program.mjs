// The booth's bundle as a program for tests: a request a line on stdin, an answer a line on stdout.

import { createHash, webcrypto } from "node:crypto";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

globalThis.crypto ??= webcrypto; // Node 18 has it, but not under the browsers' name

const booth = await import(pathToFileURL(process.argv[2]).href);

const utf8 = (text) => new TextEncoder().encode(text);
const text = (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
const fromHex = (digits) => Uint8Array.from(Buffer.from(digits, "hex"));
const toHex = (bytes) => Buffer.from(bytes).toString("hex");

// The same stream as `tests.elections.seeded`.
function seeded(seed) {
  let calls = 0;
  return (size) => {
    calls += 1;
    const hash = createHash("shake256", { outputLength: size });
    return Uint8Array.from(hash.update(utf8(`${seed}|${calls}`)).digest());
  };
}

let opened = { record: undefined, election: undefined };
function open(record) {
  if (opened.record !== record) {
    opened = { record, election: booth.parseElection(utf8(record)) };
  }
  return opened.election;
}

const commands = {
  make({ election: record, credential: typed, votes, seed }) {
    const election = open(record);
    const credential = booth.parsePrivateCredential(typed);
    const randomness = seed === null ? booth.browserRandomness : seeded(seed);
    const { unsigned, openings } = booth.prepareBallot(election, credential, votes, randomness);
    const ballot = booth.signBallot(unsigned, credential, election, randomness);
    return {
      ballot: text(ballot),
      tracker: booth.deriveTracker(ballot),
      hash: booth.deriveSignedHash(unsigned),
      audited: text(booth.deriveAuditedBallot(unsigned, openings)),
    };
  },
  read({ election: record, ballot: bytes }) {
    const ballot = booth.parseBallot(fromHex(bytes), open(record));
    return {
      credential: ballot.credential.text,
      electionHash: ballot.electionHash,
      signed: ballot.signature.hash,
      signedHash: ballot.signedHash,
      tracker: booth.deriveTracker(fromHex(bytes)),
    };
  },
  election({ bytes }) {
    return booth.parseElection(fromHex(bytes)).fingerprint;
  },
  json({ bytes }) {
    return toHex(booth.canonicalJson(booth.parseJson(fromHex(bytes), "text")));
  },
  secret({ credential, uuid, group: name }) {
    const group = booth.GROUPS.get(name);
    const secret = booth.deriveSecret(booth.parsePrivateCredential(credential), uuid, group);
    return [secret.toString(), group.generatorPower(secret).text];
  },
  group({ group: name }) {
    const { order, wideBytes, identity, generator } = booth.GROUPS.get(name);
    return [order.toString(), wideBytes, identity.text, generator.text];
  },
  element({ group, text: encoded }) {
    return booth.GROUPS.get(group).parseElement(encoded).text;
  },
  power({ group: name, text: encoded, exponent, prepared }) {
    const group = booth.GROUPS.get(name);
    const element = group.parseElement(encoded);
    if (prepared) {
      element.prepare();
    }
    return element.power(group.parseScalar(exponent)).text;
  },
  product({ group: name, texts }) {
    const [one, other] = texts.map((encoded) => booth.GROUPS.get(name).parseElement(encoded));
    return one.times(other).text;
  },
  hash({ group, statement }) {
    return booth.GROUPS.get(group).hashToScalar(statement).toString();
  },
  nonce({ group, secret, message, seed }) {
    const parts = [fromHex(secret), fromHex(message), seeded(seed)];
    return booth.hedgedScalar(booth.GROUPS.get(group), ...parts).toString();
  },
  embed({ group, integers }) {
    return booth.embed(booth.GROUPS.get(group), integers).text;
  },
  calls({ election: record, credential, votes, seed }) {
    const election = open(record);
    const { generator } = election.group;
    const kind = Object.getPrototypeOf(generator);
    const { power, times } = kind;
    const made = [];
    const nameOf = (element) =>
      element === generator ? "g" : element === election.publicKey ? "y" : "other";
    kind.power = function (exponent) {
      made.push(`${nameOf(this)}^${exponent === 0n ? 0 : "x"}`);
      return power.call(this, exponent);
    };
    kind.times = function (other) {
      made.push("*");
      return times.call(this, other);
    };
    try {
      booth.prepareBallot(election, credential, votes, seeded(seed));
    } finally {
      Object.assign(kind, { power, times });
    }
    return made;
  },
  desk({ requests, seed }) {
    const desk = new booth.Desk(seeded(seed));
    return requests.map((request) => {
      const { election } = request;
      const asked = election === undefined ? request : { ...request, election: utf8(election) };
      return desk.answer(asked);
    });
  },
};

const shown = (_, value) => (value instanceof Uint8Array ? text(value) : value);

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...request } = JSON.parse(line);
  let answer;
  try {
    answer = { value: commands[command](request) };
  } catch (error) {
    answer = { refused: error.constructor.name, message: error.message };
  }
  process.stdout.write(`${JSON.stringify(answer, shown)}\n`);
}
