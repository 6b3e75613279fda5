import { type ComponentType, createElement, lazy, type ReactNode, Suspense } from "react";
import { useWords } from "@/i18n/useWords";
import { ErrorBoundary } from "@/ui/ErrorBoundary";
import styles from "./Loaded.module.css";

type Load<P> = () => Promise<{ default: ComponentType<P> }>;

const made = new WeakMap<object, ComponentType<never>>();

/** The component of a loader, the same for every rendering. */
function component<P>(load: Load<P>): ComponentType<P> {
  let found = made.get(load) as ComponentType<P> | undefined;
  if (found === undefined) {
    found = lazy(load as Load<unknown>) as unknown as ComponentType<P>;
    made.set(load, found as ComponentType<never>);
  }
  return found;
}

interface Props<P> {
  title: string;
  load: Load<P>;
  props: P;
  onError?: (error: Error) => void;
}

/** Something fetched when it is first shown. When it breaks, it says so in its own place. */
export function Loaded<P extends object>({ title, load, props, onError }: Props<P>) {
  const { t } = useWords();
  const instead = (error: Error, again: () => void): ReactNode => (
    <div className={styles.broken} role="alert">
      <p>{t("panel.broken", { title })}</p>
      <pre>{error.message}</pre>
      <button
        type="button"
        onClick={() => {
          made.delete(load);
          again();
        }}
      >
        {t("panel.again")}
      </button>
    </div>
  );
  return (
    <ErrorBoundary instead={instead} {...(onError === undefined ? {} : { onError })}>
      <Suspense fallback={<p className={styles.waiting}>{t("panel.loading")}</p>}>
        {createElement(component(load), props)}
      </Suspense>
    </ErrorBoundary>
  );
}
