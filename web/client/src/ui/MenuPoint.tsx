import { DropdownMenu } from "radix-ui";
import styles from "./menu.module.css";

interface Props {
  /** In the window, in CSS pixels. */
  x: number;
  y: number;
  /** What the menu is called. */
  label: string;
}

/** The point that a menu without a button opens at. A menu takes its name from what opens it, so the point has one. */
export function MenuPoint({ x, y, label }: Props) {
  return (
    <DropdownMenu.Trigger asChild>
      <button type="button" tabIndex={-1} aria-label={label} className={styles.point} style={{ left: x, top: y }} />
    </DropdownMenu.Trigger>
  );
}
