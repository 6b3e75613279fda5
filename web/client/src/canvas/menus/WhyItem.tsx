import { DropdownMenu } from "radix-ui";
import type { GraphNode } from "@/graph/document";
import { useWords } from "@/i18n/useWords";
import { viewport } from "@/state/canvas/viewport";
import { speak } from "@/state/page/notices";
import { useWhy } from "@/state/runs/why";
import { selectNodes } from "@/state/workflow/selection";
import menu from "@/ui/menu.module.css";
import styles from "./WhyItem.module.css";

/** The menu's answer to "why did this run?". When something upstream changed, choosing it goes there. */
export function WhyItem({ node }: { node: GraphNode }) {
  const { t } = useWords();
  const why = useWhy(node);
  if (why === null) return null;
  const go = () => {
    if (why.source === null) {
      speak(why.sentence);
      return;
    }
    selectNodes([why.source]);
    viewport()?.fit([why.source]);
  };
  return (
    <>
      <DropdownMenu.Separator className={menu.separator} />
      <DropdownMenu.Item className={`${menu.item} ${styles.why}`} onSelect={go} data-why>
        <span>
          <strong>{t(why.ran ? "why.ran" : "why.not")}</strong>
          <span>{why.sentence}</span>
        </span>
        <kbd>{why.source === null ? "" : t("why.go")}</kbd>
      </DropdownMenu.Item>
    </>
  );
}
