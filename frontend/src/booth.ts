/**
 * The voting booth's protocol core: what pages import, and the worker that they start of it.
 *
 * One file, so that page and worker run the same bytes, and one hash names what a voter was given.
 */

import { serveAsWorker } from "./booth/worker.ts";

export { deriveAuditedBallot } from "./ballots/v1/model/audit.ts";
export { deriveSignedHash, deriveTracker } from "./ballots/v1/model/ballot.ts";
export { canonicalJson, deriveFingerprint } from "./ballots/v1/model/canonical.ts";
export { deriveSecret, parsePrivateCredential } from "./ballots/v1/making/credentials.ts";
export { prepareBallot, signBallot } from "./ballots/v1/making/encryption.ts";
export { parseBallot } from "./ballots/v1/parse/ballot.ts";
export { parseElection } from "./ballots/v1/parse/election.ts";
export { parseJson } from "./ballots/v1/parse/json.ts";
export { Desk } from "./booth/desk.ts";
export { EncryptionWorker, NotMade } from "./booth/encryption.ts";
export { browserRandomness } from "./booth/worker.ts";
export { embed } from "./curve/embedding.ts";
export { GROUPS } from "./curve/groups.ts";
export { hedgedScalar } from "./curve/nonces.ts";
export { MalformedRecord, NotCanonical, NotSupported } from "./errors.ts";

serveAsWorker();
