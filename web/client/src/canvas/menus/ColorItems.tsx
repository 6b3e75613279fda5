import { Ban } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { tintColor } from "@/canvas/tint";
import { TINTS } from "@/graph/tint";
import { useWords } from "@/i18n/useWords";
import { runCommand } from "@/state/commands/table";
import styles from "./ColorItems.module.css";

/** A row of colours in a menu. Each says its name. */
export function ColorItems() {
  const { t } = useWords();
  return (
    <DropdownMenu.Group className={styles.row} aria-label={t("tint.label")}>
      {[null, ...TINTS].map((tint) => (
        <DropdownMenu.Item
          key={tint ?? "none"}
          className={styles.swatch}
          aria-label={t(`tint.${tint ?? "none"}`)}
          title={t(`tint.${tint ?? "none"}`)}
          style={{ "--tint": tintColor(tint) } as React.CSSProperties}
          onSelect={() => void runCommand(`color.${tint ?? "none"}`)}
        >
          {tint === null ? <Ban size={14} aria-hidden /> : <i />}
        </DropdownMenu.Item>
      ))}
    </DropdownMenu.Group>
  );
}
