import { DropdownMenu } from "radix-ui";
import { isEdge } from "@/graph/subgraphs";
import { useWords } from "@/i18n/useWords";
import { type NodeMenuRequest, openNodeMenu } from "@/state/canvas/nodeMenu";
import { useCommandItems } from "@/state/commands/useItems";
import { useNode } from "@/state/workflow/workspace";
import { CommandItems } from "@/ui/CommandItems";
import { MenuPoint } from "@/ui/MenuPoint";
import menu from "@/ui/menu.module.css";
import { ColorItems } from "./ColorItems";
import { NamedMenu } from "./NamedMenu";
import { ARRANGE_MENU, NODE_MENU, VALUE_MENU, WIRE_MENU } from "./nodeItems";
import { SubgraphMenu } from "./SubgraphMenu";
import { SubMenu } from "./SubMenu";
import { WhyItem } from "./WhyItem";

/** The menu is 250 pixels wide, and the point may be in the middle. */
const NARROW = 640;

/** The menu of the selected nodes. One for all nodes. */
export default function NodeMenu({ request }: { request: NodeMenuRequest }) {
  const node = useNode(request.node);
  const items = useCommandItems(isEdge(request.node) ? [] : NODE_MENU);
  const { t } = useWords();
  if (node === undefined) return null;
  return (
    <DropdownMenu.Root modal={false} open onOpenChange={(open) => open || openNodeMenu(null)}>
      <MenuPoint x={request.x} y={request.y} label={t("command.node_menu")} />
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className={menu.menu}
          aria-label={t("command.node_menu")}
          // Beside the point, so that a long menu moves up instead of ending below the window; where it is narrow, neither
          // side has room.
          side={innerWidth < NARROW ? "bottom" : "right"}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={(e) => e.preventDefault()}
        >
          <CommandItems items={items} />
          {isEdge(node.id) ? null : (
            <>
              <DropdownMenu.Separator className={menu.separator} />
              <SubMenu label={t("wiring.menu")} ids={WIRE_MENU} />
              <SubMenu label={t("arrange.menu")} ids={ARRANGE_MENU} />
              <SubMenu label={t("values.menu")} ids={VALUE_MENU} />
              <ColorItems />
            </>
          )}
          <SubgraphMenu node={node} />
          <NamedMenu node={node} />
          <WhyItem node={node} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
