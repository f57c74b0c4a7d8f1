import { defineConfig } from "@lingui/cli";
import { formatter } from "@lingui/format-po";

/** Russian is written in the source; English is a translation of it. */
export default defineConfig({
  sourceLocale: "ru",
  locales: ["ru", "en"],
  catalogs: [
    { path: "<rootDir>/src/locales/{locale}", include: ["src"], exclude: ["**/*.test.*"] },
  ],
  format: formatter({ lineNumbers: false, origins: false }),
  compileNamespace: "es",
});
