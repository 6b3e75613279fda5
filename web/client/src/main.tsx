import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "@/app/App";
import { startWords } from "@/i18n/i18n";
import { usePreferences } from "@/state/preferences";
import "@/ui/tokens.css";
import "@/ui/base.css";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
startWords(usePreferences.getState().language);
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
