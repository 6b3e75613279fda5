import { useEffect, useRef } from "react";
import { useWords } from "@/i18n/useWords";
import { wordsOr } from "@/i18n/words";
import { closeView, useViews, type View, type ViewProps, watchAddress } from "@/state/page/views";
import { Loaded } from "../Loaded";
import styles from "./ViewHost.module.css";

/** The view in the address, if there is such a view. */
export function useCurrentView(): { view: View; path: string } | null {
  const current = useViews((state) => state.current);
  const view = useViews((state) => state.list.find(({ id }) => id === current?.id));
  return current === null || view === undefined ? null : { view, path: current.path };
}

/** The open view, over the canvas. Esc goes back to the canvas unless the view takes it. */
export function ViewHost() {
  const { t } = useWords();
  const shown = useCurrentView();
  useEffect(watchAddress, []);
  if (shown === null) return null;
  const { view, path } = shown;
  return <OpenView key={view.id} title={wordsOr(t, view.title, view.title)} view={view} path={path} />;
}

function OpenView({ title, view, path }: { title: string; view: View; path: string }) {
  const frame = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    frame.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <section
      ref={frame}
      tabIndex={-1}
      className={styles.view}
      aria-label={title}
      data-view={view.id}
      data-region="view"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented || event.nativeEvent.isComposing || view.bare) return;
        event.preventDefault();
        closeView();
      }}
    >
      <Loaded<ViewProps> title={title} load={view.load} props={{ path }} />
    </section>
  );
}
