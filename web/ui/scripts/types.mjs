// Regenerates src/generated/api.d.ts from the OpenAPI document of the server's own code.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");
const own = join(root, ".venv/bin/python");
const python = process.env.PYTHON ?? (existsSync(own) ? own : "python3");
const scratch = mkdtempSync(join(tmpdir(), "allo-openapi-"));
try {
  const document = join(scratch, "openapi.json");
  writeFileSync(
    document,
    execFileSync(python, ["-m", "web.openapi"], { cwd: root, maxBuffer: 2 ** 26 }),
  );
  const ui = resolve(import.meta.dirname, "..");
  execFileSync(
    process.execPath,
    [
      join(ui, "node_modules/openapi-typescript/bin/cli.js"),
      document,
      "-o",
      "src/generated/api.d.ts",
      "--default-non-nullable",
      "false",
    ],
    { cwd: ui, stdio: "inherit" },
  );
} finally {
  rmSync(scratch, { recursive: true });
}
