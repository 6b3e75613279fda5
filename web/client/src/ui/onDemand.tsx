import { type ComponentType, lazy, Suspense, useEffect, useState } from "react";
import { ErrorBoundary } from "./ErrorBoundary";

/** A component that is fetched when it is first drawn, or before. */
export type OnDemand<P extends object> = ComponentType<P> & { prefetch: () => Promise<unknown> };

/**
 * A part of the page that is fetched when it is first drawn; until then nothing stands in its place. When it cannot be
 * fetched, or breaks, `onBroken` should take it away and tell; the next drawing fetches it again.
 */
export function onDemand<P extends object>(
  load: () => Promise<{ default: ComponentType<P> }>,
  onBroken: (error: Error) => void,
): OnDemand<P> {
  let ready: ComponentType<P> | null = null;
  const prefetch = async () => {
    const module = await load();
    ready = module.default;
    return module;
  };
  // React's type for a lazy component adds a ref, which a plain `P` is not known to leave free.
  const fetched = () => lazy(prefetch) as unknown as ComponentType<P>;
  let content = fetched();
  // biome-ignore lint/correctness/noComponentHookFactories: like React's `lazy`, this is for the top of a module
  function Part(props: P) {
    // What is here already is drawn in this turn: the next key that is pressed may be meant for it.
    const [Content] = useState<ComponentType<P>>(() => ready ?? content);
    return (
      <ErrorBoundary
        instead={() => null}
        onError={(error) => {
          content = fetched();
          onBroken(error);
        }}
      >
        <Suspense fallback={null}>
          <Content {...props} />
        </Suspense>
      </ErrorBoundary>
    );
  }
  return Object.assign(Part, { prefetch });
}

/** Fetch small parts that a hand expects at once, as soon as the page has nothing else to do. */
export function usePrefetch(parts: readonly Pick<OnDemand<object>, "prefetch">[]): void {
  useEffect(() => {
    // What fails here is fetched again, and told, when it is asked for. Safari has no idle callback.
    const fetchAll = () => void Promise.allSettled(parts.map((part) => part.prefetch()));
    const timer = setTimeout(() => (globalThis.requestIdleCallback ?? setTimeout)(fetchAll), 0);
    return () => clearTimeout(timer);
  }, [parts]);
}
