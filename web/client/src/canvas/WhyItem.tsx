import { DropdownMenu } from "radix-ui";
import type { GraphNode } from "@/graph/document";
import { useWords } from "@/i18n/useWords";
import { speak } from "@/state/notices";
import { selectNodes } from "@/state/selection";
import { viewport } from "@/state/viewport";
import { useWhy } from "@/state/why";
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
