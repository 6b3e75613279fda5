import { useEffect, useRef, useState } from "react";
import type { Widget, WidgetValue } from "@/graph/spec";
import { extensionFailed, type ForeignWidget } from "@/state/page/extensions";
import { useWidgetValue } from "./useWidgetValue";

interface Props {
  foreign: ForeignWidget;
  node: string;
  name: string;
  label: string;
  widget: Widget;
  /** The page's own control, shown when the extension's fails. */
  otherwise: React.ReactNode;
}

/** A widget that an extension draws. The value, its history and its label stay the page's. */
export function ForeignControl({ foreign, node, name, label, widget, otherwise }: Props) {
  const [value, set] = useWidgetValue(node, name, widget);
  const [broken, setBroken] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  const now = useRef({ value, set });
  now.current = { value, set };
  const told = useRef<((value: unknown) => void) | null>(null);
  const last = useRef<WidgetValue>(value);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const fail = (error: unknown) => {
      setBroken(true);
      extensionFailed(foreign.extension, `widget ${foreign.node}.${foreign.input}`, error);
    };
    try {
      const end = foreign.mount(element, {
        node,
        name,
        label,
        get: () => now.current.value,
        set: (next) => {
          last.current = next;
          now.current.set(next);
        },
        onChange: (listener) => {
          told.current = listener;
        },
      });
      return () => {
        told.current = null;
        try {
          end?.();
        } catch (error) {
          fail(error);
        }
        element.replaceChildren();
      };
    } catch (error) {
      fail(error);
      return;
    }
  }, [foreign, node, name, label]);
  useEffect(() => {
    if (last.current === value) return;
    last.current = value;
    try {
      told.current?.(value);
    } catch (error) {
      setBroken(true);
      extensionFailed(foreign.extension, `widget ${foreign.node}.${foreign.input}`, error);
    }
  }, [value, foreign]);
  if (broken) return otherwise;
  return (
    <span ref={place} className="nodrag nowheel" data-foreign={foreign.extension} style={{ display: "contents" }} />
  );
}
