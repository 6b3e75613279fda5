import { ChevronRight } from "lucide-react";
import { Fragment } from "react";
import { useShallow } from "zustand/react/shallow";
import { useWords } from "@/i18n/useWords";
import { templateWords } from "@/i18n/words";
import { goTo, wayTo } from "@/state/workflow/inside";
import { useWorkspace } from "@/state/workflow/workspace";
import styles from "./Breadcrumb.module.css";

/** The way to the sub-graph on the screen; a click goes back out. Nothing on the outermost canvas. */
export function Breadcrumb() {
  const { t } = useWords();
  const path = useWorkspace((state) => state.path);
  const title = useWorkspace((state) => state.history.document.title);
  const titles = useWorkspace(
    useShallow((state) => wayTo(state.history.document, state.path).map((crumb) => crumb.title)),
  );
  if (path.length === 0) return null;
  const crumbs = [templateWords(t, title) || t("app.untitled"), ...titles];
  return (
    <nav className={styles.way} aria-label={t("subgraph.way")}>
      <ol>
        {crumbs.map((crumb, depth) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a crumb is known by how deep it is
          <Fragment key={depth}>
            {depth === 0 ? null : (
              <li aria-hidden>
                <ChevronRight size={14} />
              </li>
            )}
            <li>
              {depth === path.length ? (
                <span aria-current="page" title={crumb}>
                  {crumb}
                </span>
              ) : (
                <button type="button" title={crumb} onClick={() => goTo(path.slice(0, depth))}>
                  {crumb}
                </button>
              )}
            </li>
          </Fragment>
        ))}
      </ol>
    </nav>
  );
}
