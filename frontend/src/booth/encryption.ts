/** The page's side: ballots are made in a worker, so that the page stays responsive meanwhile. */

import type { Votes } from "../ballots/v1/making/permitted.ts";
import type { Kind, Outcome, ReplyTo, RequestOf } from "./messages.ts";

/** What the worker could not do; the message says why. */
export class NotMade extends Error {}

interface Waiting {
  readonly resolve: (outcome: Outcome<Kind>) => void;
  readonly reject: (error: Error) => void;
}

export class EncryptionWorker {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #ended: NotMade | undefined;

  /** Start a worker of this very file: nothing else is fetched, and no policy need be relaxed. */
  constructor(address: string = import.meta.url) {
    this.#worker = new Worker(address, { type: "module" });
    this.#worker.addEventListener("message", (event: MessageEvent<Outcome<Kind>>) => {
      this.#waiting.shift()?.resolve(event.data);
    });
    this.#worker.addEventListener("error", () => this.#end("the worker failed"));
  }

  open(election: Uint8Array): Promise<ReplyTo<"open">> {
    return this.#ask({ kind: "open", election });
  }

  prepare(credential: string, votes: Votes): Promise<ReplyTo<"prepare">> {
    return this.#ask({ kind: "prepare", credential, votes });
  }

  sign(): Promise<ReplyTo<"sign">> {
    return this.#ask({ kind: "sign" });
  }

  audit(): Promise<ReplyTo<"audit">> {
    return this.#ask({ kind: "audit" });
  }

  /** End the worker, and with it all that it knows. */
  close(): void {
    this.#end("the worker was ended");
  }

  async #ask<K extends Kind>(request: RequestOf<K>): Promise<ReplyTo<K>> {
    if (this.#ended !== undefined) {
      throw this.#ended;
    }
    const outcome = await new Promise<Outcome<Kind>>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(request);
    });
    if ("problem" in outcome) {
      throw new NotMade(outcome.problem);
    }
    return outcome.reply as ReplyTo<K>;
  }

  /** Nobody waits for an answer that cannot come, now or later. */
  #end(problem: string): void {
    this.#worker.terminate();
    const ended = (this.#ended ??= new NotMade(problem));
    for (const { reject } of this.#waiting.splice(0)) {
      reject(ended);
    }
  }
}
