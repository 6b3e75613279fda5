import type { ComponentType } from "react";
import styles from "./Queue.module.css";

interface Props {
  icon: ComponentType<{ size: number; "aria-hidden": true }>;
  text: string;
  keys?: string;
}

/** A list with nothing in it says how something gets there. */
export function Empty({ icon: Icon, text, keys = "" }: Props) {
  return (
    <div className={styles.empty}>
      <Icon size={24} aria-hidden />
      <p>{text}</p>
      {keys === "" ? null : <kbd>{keys}</kbd>}
    </div>
  );
}
