import { DropdownMenu } from "radix-ui";
import { useWords } from "@/i18n/useWords";
import { openCanvasMenu } from "@/state/canvas/nodeMenu";
import { useCommandItems } from "@/state/commands/useItems";
import { CommandItems } from "@/ui/CommandItems";
import { MenuPoint } from "@/ui/MenuPoint";
import menu from "@/ui/menu.module.css";
import { CANVAS_MENU } from "./canvasItems";

/** The menu of the empty canvas. */
export default function CanvasMenu({ x, y }: { x: number; y: number }) {
  const { t } = useWords();
  const items = useCommandItems(CANVAS_MENU);
  return (
    <DropdownMenu.Root modal={false} open onOpenChange={(open) => open || openCanvasMenu(null)}>
      <MenuPoint x={x} y={y} label={t("command.canvas_menu")} />
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className={menu.menu}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          <CommandItems items={items} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
