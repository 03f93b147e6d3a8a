/** The worker's side: this same file, started as a worker by a page that it was loaded into. */

import type { Randomness } from "../curve/interface.ts";
import { Desk } from "./desk.ts";
import type { Request } from "./messages.ts";

/** Only in a worker; no page has it. */
declare const WorkerGlobalScope: (new () => object) | undefined;

/** The browser's own source of randomness. */
export const browserRandomness: Randomness = (size) => crypto.getRandomValues(new Uint8Array(size));

/** Answer what the page asks, where this is a worker; do nothing in a page. */
export function serveAsWorker(): void {
  if (typeof WorkerGlobalScope === "undefined" || !(self instanceof WorkerGlobalScope)) {
    return;
  }
  const desk = new Desk(browserRandomness);
  self.addEventListener("message", (event: MessageEvent<Request>) => {
    self.postMessage(desk.answer(event.data));
  });
}
