// Build the bundle that browsers are given: `node build.mjs [FILE]`, by default in its place.
//
// It is not minified: what voters run can be read, and what changes in it can be compared.
// Nothing of this machine goes into it: the same sources and the same lock make the same bytes.

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const place = `${here}../src/comitia/web/project/static/booth/booth.js`;

await build({
  absWorkingDir: here,
  entryPoints: ["src/booth.ts"],
  outfile: process.argv[2] ?? place,
  bundle: true,
  format: "esm",
  target: ["es2022"],
  charset: "utf8",
  legalComments: "inline",
  sourcemap: false,
  logLevel: "warning",
});
