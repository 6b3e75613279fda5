import { useLayoutEffect, useRef } from "react";
import { useWords } from "@/i18n/useWords";
import styles from "./System.module.css";

/** The last lines of the log. It stays at the newest one unless the person scrolled up. */
export function LogTail({ lines }: { lines: readonly string[] }) {
  const { t } = useWords();
  const box = useRef<HTMLPreElement>(null);
  const follows = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines move the end
  useLayoutEffect(() => {
    if (follows.current && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  if (lines.length === 0) return <p className={styles.quiet}>{t("system.no_log")}</p>;
  return (
    <pre
      ref={box}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label={t("system.log")}
      lang="en"
      className={styles.log}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        follows.current = scrollHeight - scrollTop - clientHeight < 24;
      }}
    >
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines repeat, and are only ever replaced as a whole
        <span key={index} data-level={levelOf(line)}>
          {line}
          {"\n"}
        </span>
      ))}
    </pre>
  );
}

function levelOf(line: string): string | undefined {
  return / (ERROR|CRITICAL|WARNING) /.exec(line.slice(0, 40))?.[1]?.toLowerCase();
}
