// Fails the build when the first load outgrows its budget (kB gzip; fonts as they are).
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

const BUDGET = { script: 230, style: 45, font: 70, lazyScript: 60 };
const built = resolve(import.meta.dirname, "../../static");
const assets = join(built, "assets");
const kilobytes = (path) => statSync(path).size / 1024;

const page = readFileSync(join(built, "index.html"), "utf8");
const scripts = readdirSync(assets).filter((name) => name.endsWith(".js"));
// What the page names itself, plus what the desk needs at once: its route and the language.
const isFirst = (name) => page.includes(name) || /^(desk-page|ru)-/.test(name);
const sum = (names, suffix) =>
  names.reduce((total, name) => total + kilobytes(join(assets, name + suffix)), 0);

const first = scripts.filter(isFirst);
const seen = {
  script: sum(first, ".gz"),
  style: sum(
    readdirSync(assets).filter((name) => name.endsWith(".css")),
    ".gz",
  ),
  font: sum(
    readdirSync(assets).filter((name) => name.endsWith(".woff2")),
    "",
  ),
  lazyScript: Math.max(
    0,
    ...scripts
      .filter((name) => !isFirst(name))
      .map((name) => kilobytes(join(assets, `${name}.gz`))),
  ),
};
let isOver = false;
for (const [what, limit] of Object.entries(BUDGET)) {
  const over = seen[what] > limit;
  isOver ||= over;
  console.log(
    `${what.padEnd(10)} ${seen[what].toFixed(1).padStart(6)} kB of ${limit}${over ? "  TOO LARGE" : ""}`,
  );
}
process.exit(isOver ? 1 : 0);
