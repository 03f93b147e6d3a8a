/** What a page asks of its encryption worker, and what comes back: one reply a request, in order. */

import type { Fingerprint } from "../ballots/v1/model/canonical.ts";
import type { Votes } from "../ballots/v1/making/permitted.ts";

/** By kind of request: what it says, and what is answered. Bytes are those of whole records. */
export interface Conversation {
  /** Take an election, and make the tables that its ballots need. */
  readonly open: { request: { election: Uint8Array }; reply: { fingerprint: Fingerprint } };
  /** Encrypt and prove a ballot; its hash is what the voter notes before deciding. */
  readonly prepare: {
    request: { credential: string; votes: Votes };
    reply: { hash: Fingerprint };
  };
  /** Sign the prepared ballot, to be cast. */
  readonly sign: { request: unknown; reply: { ballot: Uint8Array; tracker: Fingerprint } };
  /** Open the prepared ballot instead: it can be checked, and never cast. */
  readonly audit: { request: unknown; reply: { file: Uint8Array } };
}

export type Kind = keyof Conversation;
export type RequestOf<K extends Kind> = { readonly kind: K } & Conversation[K]["request"];
export type ReplyTo<K extends Kind> = Conversation[K]["reply"];
export type Request = { [K in Kind]: RequestOf<K> }[Kind];

/** A reply, or why there is none: a sentence without any secret in it. */
export type Outcome<K extends Kind> = { readonly reply: ReplyTo<K> } | { readonly problem: string };
