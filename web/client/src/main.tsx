import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "@/app/App";
import { fillTables } from "@/app/tables";
import { fetchMoreWords, startWords } from "@/i18n/i18n";
import { usePreferences } from "@/state/page/preferences";
import "@/ui/tokens.css";
import "@/ui/base.css";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
const { language } = usePreferences.getState();
startWords(language).then(
  () => {
    fillTables();
    createRoot(root).render(
      <StrictMode>
        <App />
      </StrictMode>,
    );
    // Where the server is gone, the page says so itself.
    fetchMoreWords(language).catch(() => undefined);
  },
  () => {
    // Without words in any language these are the only two sentences the page has.
    root.textContent = "The server went away while the page was loading. Reload. 页面加载时服务器没有响应，请刷新。";
  },
);
