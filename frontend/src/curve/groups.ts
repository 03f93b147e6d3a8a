/** The groups of the protocol, by the names that the wire uses. Parameters are never read from it. */

import { ED25519 } from "./ed25519.ts";
import { BELENIOS_2048, RFC_3526_2048 } from "./field.ts";
import type { Group } from "./interface.ts";

export const GROUPS: ReadonlyMap<string, Group> = new Map(
  [ED25519, BELENIOS_2048, RFC_3526_2048].map((group) => [group.name, group]),
);
