import { X } from "lucide-react";
import Markdown from "markdown-to-jsx/react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useWords } from "@/i18n/useWords";
import { closeView, openView, type ViewProps } from "@/state/page/views";
import styles from "./Guide.module.css";

const SERVED = "/api/v1/guide/";
const FIRST: Record<string, string> = { en: "user-guide.md", "zh-CN": "user-guide.zh-CN.md" };

/** The user guide, read from the server beside the work. Its address names the page: `#/guide/guide/keys.md`. */
export default function GuideView({ path }: ViewProps) {
  const { t } = useWords();
  const page = path === "" ? (FIRST[document.documentElement.lang] ?? "user-guide.md") : path;
  const text = useText(page);
  const sheet = useRef<HTMLDivElement>(null);
  // The link that led here is gone; the keyboard goes on in the new page.
  useEffect(() => {
    if (page !== "") sheet.current?.focus({ preventScroll: true });
  }, [page]);
  const options = useMemo(() => optionsFor(page), [page]);
  return (
    <div className={styles.view}>
      <header className={styles.bar}>
        <h1>{t("guide.title")}</h1>
        <button
          type="button"
          className={styles.close}
          aria-label={t("guide.close")}
          title={`${t("guide.close")} (Esc)`}
          onClick={closeView}
        >
          <X size={16} aria-hidden />
        </button>
      </header>
      <div key={page} ref={sheet} tabIndex={-1} className={styles.scroll}>
        {text === null ? <p role="alert">{t("guide.missing")}</p> : <Markdown options={options}>{text}</Markdown>}
      </div>
    </div>
  );
}

/** The words of a page; "" while they come, null when there is no such page. */
function useText(page: string): string | null {
  const [read, setRead] = useState<{ page: string; text: string | null }>({ page: "", text: "" });
  useEffect(() => {
    let here = true;
    fetch(SERVED + page)
      .then((answer) => (answer.ok ? answer.text() : null))
      .catch(() => null)
      .then((text) => here && setRead({ page, text }));
    return () => {
      here = false;
    };
  }, [page]);
  return read.page === page ? read.text : "";
}

/** Links between pages stay on the page, others open beside it; pictures come from the server. */
function optionsFor(page: string) {
  const place = (target: string) => new URL(target, `https://guide.invalid/${page}`).pathname.slice(1);
  return {
    disableParsingRawHTML: true,
    forceBlock: true,
    wrapper: "article" as const,
    overrides: {
      a: {
        component: ({ href = "", children }: { href?: string; children?: React.ReactNode }) => {
          if (/^[a-z]+:/i.test(href)) {
            return (
              <a href={href} target="_blank" rel="noopener noreferrer">
                {children}
              </a>
            );
          }
          const target = place(href);
          // What the server does not show, as the developers' pages, is named and not linked.
          if (!/^(user-guide|guide\/).*\.md$/.test(target)) return <span>{children}</span>;
          return (
            <a
              href={`#/guide/${encodeURIComponent(target)}`}
              onClick={(event) => {
                event.preventDefault();
                openView("guide", target);
              }}
            >
              {children}
            </a>
          );
        },
      },
      img: {
        component: ({ src = "", alt = "" }: { src?: string; alt?: string }) => (
          <img src={SERVED + place(src)} alt={alt} loading="lazy" />
        ),
      },
    },
  };
}
