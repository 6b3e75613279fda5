import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "@/app/App";
import { fillTables } from "@/app/tables";
import { fetchMoreWords, startWords, t } from "@/i18n/i18n";
import { notify } from "@/state/page/notices";
import { usePreferences } from "@/state/page/preferences";
import "@/ui/tokens.css";
import "@/ui/base.css";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
const { language } = usePreferences.getState();
// Its files were replaced while the page was open, or the server is gone: drafts are kept, so a reload costs nothing.
addEventListener("vite:preloadError", () => {
  notify("warning", t("app.part_gone"), { label: t("app.reload"), act: () => location.reload() });
});
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
