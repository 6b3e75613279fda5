import { DropdownMenu } from "radix-ui";
import { isComment } from "@/graph/comments";
import { useWords } from "@/i18n/useWords";
import { type NodeMenuRequest, openNodeMenu } from "@/state/canvas/nodeMenu";
import { useCommandItems } from "@/state/commands/useItems";
import { shown, useWorkspace } from "@/state/workflow/workspace";
import { CommandItems } from "@/ui/CommandItems";
import { MenuPoint } from "@/ui/MenuPoint";
import menu from "@/ui/menu.module.css";
import { ColorItems } from "./ColorItems";
import { COMMENT_MENU, FRAME_MENU } from "./frameItems";

/** The menu of a frame or a comment. */
export default function FrameMenu({ request }: { request: NodeMenuRequest }) {
  const frame = useWorkspace((state) => shown(state).frames.find(({ id }) => id === request.node));
  const comment = frame !== undefined && isComment(frame);
  const items = useCommandItems(comment ? COMMENT_MENU : FRAME_MENU);
  const { t } = useWords();
  if (frame === undefined) return null;
  const label = t(comment ? "comment.menu" : "frame.menu");
  return (
    <DropdownMenu.Root modal={false} open onOpenChange={(open) => open || openNodeMenu(null)}>
      <MenuPoint x={request.x} y={request.y} label={label} />
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className={menu.menu}
          aria-label={label}
          align="start"
          sideOffset={4}
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          <CommandItems items={items} />
          <DropdownMenu.Separator className={menu.separator} />
          <ColorItems />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
