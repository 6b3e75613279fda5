import { Copy } from "lucide-react";
import { useWords } from "@/i18n/useWords";
import { notify } from "@/state/page/notices";
import styles from "./Inspector.module.css";

/** What the workflow file holds of it, as it is. */
export function RawJson({ value }: { value: object }) {
  const { t } = useWords();
  const text = JSON.stringify(value, null, 2);
  const copy = () =>
    navigator.clipboard?.writeText(text).then(
      () => notify("info", t("inspector.copied")),
      () => notify("warning", t("inspector.not_copied")),
    );
  return (
    <details className={styles.raw}>
      <summary>{t("inspector.json")}</summary>
      <button type="button" className={styles.link} onClick={() => void copy()}>
        <Copy size={14} aria-hidden /> {t("inspector.copy")}
      </button>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre className={styles.json} tabIndex={0}>
        {text}
      </pre>
    </details>
  );
}
