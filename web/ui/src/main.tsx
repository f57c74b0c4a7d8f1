import "@/app/fonts.css";
import "@/app/tokens.css";
import "@/app/mantine.css";
import "@/app/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "@/app/app";
import { preferredLanguage, speak } from "@/app/i18n";

const root = document.getElementById("root");
if (root) {
  await speak(preferredLanguage());
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
