import { type RefCallback, useEffect, useRef } from "react";
import styles from "./searchedList.module.css";

interface FieldProps {
  /** The list below, and what is chosen in it, by their ids. */
  list: string;
  chosen: string | undefined;
  label: string;
  value: string;
  onChange: (text: string) => void;
}

/** The field of a list that is searched; it takes the focus at once. Keys are for whoever holds both. */
export function SearchedListField({ list, chosen, label, value, onChange }: FieldProps) {
  return (
    <input
      type="text"
      role="combobox"
      aria-expanded
      aria-controls={list}
      aria-activedescendant={chosen}
      aria-label={label}
      placeholder={label}
      className={styles.field}
      data-first
      ref={focusOnce}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

const focusOnce: RefCallback<HTMLInputElement> = (field) => field?.focus();

interface RowProps extends React.HTMLAttributes<HTMLDivElement> {
  chosen: boolean;
  onHover: () => void;
  onPick: () => void;
}

/** One line of the list. It comes into view when it is chosen. */
export function SearchedListRow({ chosen, onHover, onPick, className = "", children, ...rest }: RowProps) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (chosen) row.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the search field holds the keyboard and chooses among the rows
    <div
      {...rest}
      ref={row}
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      className={`${styles.row} ${className}`}
      onPointerMove={onHover}
      onClick={onPick}
    >
      {children}
    </div>
  );
}
