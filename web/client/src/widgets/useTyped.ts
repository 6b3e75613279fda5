/** What is typed into a field and not yet taken. */

import { useRef, useState } from "react";
import { flushSync } from "react-dom";

interface Typed {
  /** Null while nothing is typed. */
  text: string | null;
  type: (text: string) => void;
  /** Take what is typed: at Enter, and where the field is left. */
  commit: () => void;
  forget: () => void;
  /** Escape, and undo before anything was taken, bring back what the field held. */
  onKeyDownCapture: (event: React.KeyboardEvent) => void;
}

export function useTyped(take: (text: string) => void): Typed {
  const [text, setText] = useState<string | null>(null);
  // The field may be left within the same key press that ends the typing.
  const typed = useRef<string | null>(null);
  const type = (next: string | null) => {
    typed.current = next;
    setText(next);
  };
  const forget = () => {
    if (typed.current !== null) flushSync(() => type(null));
  };
  return {
    text,
    type,
    commit: () => {
      const given = typed.current;
      type(null);
      if (given !== null) take(given);
    },
    forget,
    onKeyDownCapture: (event) => {
      if (event.nativeEvent.isComposing || typed.current === null) return;
      if (event.key === "Escape") forget();
      if (event.key.toLowerCase() !== "z" || event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
      forget();
      event.preventDefault();
      event.stopPropagation();
    },
  };
}
