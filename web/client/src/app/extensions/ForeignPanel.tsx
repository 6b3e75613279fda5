import { useEffect, useRef } from "react";
import { extensionFailed, guarded } from "@/state/page/extensions";

interface Props {
  extension: string;
  id: string;
  mount: (element: HTMLElement) => (() => void) | undefined;
}

/** A panel whose content an extension draws. */
export function ForeignPanel({ extension, id, mount }: Props) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    let end: (() => void) | undefined;
    try {
      end = mount(element);
    } catch (error) {
      extensionFailed(extension, `panel ${id}`, error);
      element.textContent = error instanceof Error ? error.message : String(error);
    }
    return () => {
      if (end !== undefined) guarded(extension, `panel ${id}`, end);
      element.replaceChildren();
    };
  }, [extension, id, mount]);
  return <div ref={place} data-foreign={extension} style={{ padding: "0 var(--s4) var(--s4)" }} />;
}
