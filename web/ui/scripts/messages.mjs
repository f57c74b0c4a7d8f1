// Checks the catalogues: nothing unextracted, nothing left over, nothing untranslated.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ui = resolve(import.meta.dirname, "..");
const catalogues = ["ru", "en"].map((locale) => join(ui, `src/locales/${locale}.po`));
const lingui = (...args) =>
  execFileSync(join(ui, "node_modules/.bin/lingui"), args, {
    cwd: ui,
    stdio: ["ignore", "ignore", "inherit"],
  });
// The header carries the moment of extraction: it is no difference.
const read = () =>
  catalogues.map((path) => readFileSync(path, "utf8").replace(/^"POT-Creation-Date.*$/m, ""));

const before = read();
lingui("extract", "--clean");
lingui("compile", "--strict", "--namespace", "es");
if (read().some((text, index) => text !== before[index])) {
  console.error(
    "The catalogues were out of date. They are renewed now: translate what is new and commit them.",
  );
  process.exit(1);
}
console.log("catalogues are complete");
