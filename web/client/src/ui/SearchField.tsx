import { Search } from "lucide-react";
import styles from "./searchField.module.css";

interface Props {
  label: string;
  value: string;
  onChange: (words: string) => void;
  /** What the Enter key does, where it does something. */
  onEnter?: () => void;
  className?: string | undefined;
}

/** A field that searches the list below it. Esc empties it first, and is the panel's after. */
export function SearchField({ label, value, onChange, onEnter, className = "" }: Props) {
  return (
    <label className={`${styles.search} ${className}`}>
      <Search size={16} aria-hidden />
      <input
        type="search"
        value={value}
        aria-label={label}
        placeholder={label}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Escape" && value !== "") onChange("");
          else if (event.key === "Enter" && onEnter !== undefined) onEnter();
          else return;
          event.preventDefault();
        }}
      />
    </label>
  );
}
