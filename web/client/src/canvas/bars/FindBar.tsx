import { ChevronDown, ChevronUp, X } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { nodeIndex } from "@/graph/document";
import { findNodes } from "@/graph/find";
import { problemSentence } from "@/i18n/problemWords";
import { useWords } from "@/i18n/useWords";
import { nodeTitle } from "@/i18n/words";
import { useFind } from "@/state/canvas/find";
import { viewport } from "@/state/canvas/viewport";
import { useKnownTypes } from "@/state/nodes/catalogue";
import { shownProblems, useRuns } from "@/state/runs/runs";
import { selectNodes } from "@/state/workflow/selection";
import { shown, useWorkspace } from "@/state/workflow/workspace";
import icon from "@/ui/iconButton.module.css";
import styles from "./FindBar.module.css";

/** Finds nodes by title, value and problem, and goes from one to the next. */
export default function FindBar() {
  const { t } = useWords();
  const asked = useFind((state) => state.asked);
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const found = useFound(query);
  const now = found.length === 0 ? 0 : ((at % found.length) + found.length) % found.length;
  const here = found[now];
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` is the signal, not a value that is read
  useEffect(() => field.current?.select(), [asked]);
  useEffect(() => {
    if (here === undefined) return;
    selectNodes([here]);
    viewport()?.reveal(here);
  }, [here]);
  const close = () => {
    useFind.setState({ open: false });
    document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(here ?? "")}"]`)?.focus();
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") close();
    else if (event.key === "Enter" || event.key === "ArrowDown") setAt(now + (event.shiftKey ? -1 : 1));
    else if (event.key === "ArrowUp") setAt(now - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <search className={styles.bar} data-own-keys>
      <input
        ref={field}
        type="text"
        aria-label={t("find.open")}
        placeholder={t("find.placeholder")}
        // biome-ignore lint/a11y/noAutofocus: the bar is asked for in order to type into it
        autoFocus
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <span role="status" className={styles.count}>
        {query.trim() === "" ? "" : t("find.count", { at: found.length === 0 ? 0 : now + 1, count: found.length })}
      </span>
      <button
        type="button"
        className={icon.icon}
        aria-label={t("find.previous")}
        title={t("find.previous")}
        onClick={() => setAt(now - 1)}
      >
        <ChevronUp size={16} aria-hidden />
      </button>
      <button
        type="button"
        className={icon.icon}
        aria-label={t("find.next")}
        title={t("find.next")}
        onClick={() => setAt(now + 1)}
      >
        <ChevronDown size={16} aria-hidden />
      </button>
      <button
        type="button"
        className={icon.icon}
        aria-label={t("find.close")}
        title={`${t("find.close")} (Esc)`}
        onClick={close}
      >
        <X size={16} aria-hidden />
      </button>
    </search>
  );
}

function useFound(query: string): string[] {
  const { t } = useWords();
  const document = useWorkspace(shown);
  const catalogue = useKnownTypes();
  const problems = useRuns(shownProblems);
  return useMemo(() => {
    const nodes = nodeIndex(document);
    return findNodes(document, query, (id) => {
      const node = nodes.get(id);
      const own = problems.filter((problem) => problem.node === id);
      return {
        title: node === undefined ? "" : nodeTitle(t, node, catalogue.get(node.type)),
        problem: own.map((problem) => problemSentence(t, problem)).join("\n"),
      };
    });
  }, [document, query, catalogue, problems, t]);
}
