import { type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";

export interface ListHandle {
  /** Bring a row into view and give it the focus. */
  focus: (index: number) => void;
}

interface Props {
  label: string;
  count: number;
  /** Every row has this height. */
  rowHeight: number;
  className?: string | undefined;
  /** Of the list; its rows then say what they are. */
  role?: "tree";
  onKeyDown?: (event: React.KeyboardEvent) => void;
  /** Rows `first` to `last` are in view. */
  onRange?: (first: number, last: number) => void;
  ref?: Ref<ListHandle>;
  /** A row's `li`; it takes the given style and ARIA numbers. */
  row: (index: number, placed: Placed) => React.ReactNode;
}

/** What a row's element must carry. */
export interface Placed {
  style: React.CSSProperties;
  "aria-posinset": number;
  "aria-setsize": number;
  "data-row": number;
}

const SPARE = 6;

/** A list that draws only the rows in view, however many there are. */
export function VirtualList({ label, count, rowHeight, className, role, onKeyDown, onRange, ref, row }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const watcher = new ResizeObserver(() => setHeight(element.clientHeight));
    watcher.observe(element);
    setHeight(element.clientHeight);
    return () => watcher.disconnect();
  }, []);
  const first = Math.max(0, Math.min(count - 1, Math.floor(top / rowHeight)) - SPARE);
  const last = Math.min(count - 1, Math.ceil((top + height) / rowHeight) + SPARE);
  useEffect(() => onRange?.(first, last), [onRange, first, last]);
  useImperativeHandle(ref, () => ({
    focus: (index) => {
      const element = box.current;
      if (element === null) return;
      const [from, to] = [index * rowHeight, (index + 1) * rowHeight];
      if (from < element.scrollTop) element.scrollTop = from;
      else if (to > element.scrollTop + element.clientHeight) element.scrollTop = to - element.clientHeight;
      setTop(element.scrollTop);
      requestAnimationFrame(() => element.querySelector<HTMLElement>(`[data-row="${index}"]`)?.focus());
    },
  }));
  const rows: React.ReactNode[] = [];
  for (let index = first; index <= last; index += 1) {
    const placed = {
      style: { position: "absolute" as const, insetInline: 0, top: index * rowHeight, height: rowHeight },
      "aria-posinset": index + 1,
      "aria-setsize": count,
      "data-row": index,
    };
    rows.push(row(index, placed));
  }
  return (
    <div ref={box} className={className} onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
      <ul
        role={role}
        aria-label={label}
        onKeyDown={onKeyDown}
        style={{ position: "relative", height: count * rowHeight, margin: 0, padding: 0, listStyle: "none" }}
      >
        {rows}
      </ul>
    </div>
  );
}
