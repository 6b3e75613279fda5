import { Brush, Eraser, Hand, Lasso, PaintBucket, Square } from "lucide-react";
import { useWords } from "@/i18n/useWords";
import styles from "./Mask.module.css";
import { setMask, TOOLS, type Tool, useMaskSettings } from "./settings";

const LOOKS: Record<Tool, { Icon: typeof Brush; key: string }> = {
  brush: { Icon: Brush, key: "B" },
  erase: { Icon: Eraser, key: "E" },
  fill: { Icon: PaintBucket, key: "G" },
  lasso: { Icon: Lasso, key: "L" },
  shape: { Icon: Square, key: "R" },
  hand: { Icon: Hand, key: "H" },
};

/** The tools, one chosen. */
export function Tools() {
  const { t } = useWords();
  const chosen = useMaskSettings((state) => state.tool);
  return (
    <div className={styles.tools} role="toolbar" aria-orientation="vertical" aria-label={t("mask.tools")}>
      {TOOLS.map((tool) => {
        const { Icon, key } = LOOKS[tool];
        return (
          <button
            type="button"
            key={tool}
            aria-pressed={tool === chosen}
            title={`${t(`mask.tool.${tool}`)} (${key})`}
            onClick={() => setMask({ tool })}
          >
            <Icon size={16} aria-hidden />
            <span>{t(`mask.tool.${tool}`)}</span>
            <kbd>{key}</kbd>
          </button>
        );
      })}
    </div>
  );
}
