import { DropdownMenu } from "radix-ui";
import { remove, toggleCollapsed, toggleMode, togglePinned } from "@/graph/commands/nodes";
import { useWords } from "@/i18n/useWords";
import { duplicate } from "@/state/actions/clipboard";
import { runDocument } from "@/state/actions/submit";
import { openNodeMenu, useNodeMenu, useRenaming } from "@/state/nodeMenu";
import { useSelection } from "@/state/selection";
import { run, useNode } from "@/state/workspace";
import menu from "@/ui/menu.module.css";
import { WhyItem } from "./WhyItem";

/** The menu of a node, or of the selection when the node is part of it. One for all nodes. */
export function NodeMenu() {
  const { t } = useWords();
  const request = useNodeMenu((state) => state.request);
  const node = useNode(request?.node ?? "");
  if (request === null || node === undefined) return null;
  const selected = useSelection.getState().nodes;
  const ids = selected.includes(node.id) ? selected : [node.id];
  const items: ([label: string, keys: string, act: () => void] | null)[] = [
    [t("node.run_to"), "", () => void runDocument({ targets: [node.id] })],
    null,
    [t("node.rename"), "F2", () => useRenaming.setState({ node: node.id })],
    [t("node.duplicate"), "Ctrl+D", () => duplicate(ids, false)],
    [t(node.collapsed ? "node.expand" : "node.collapse"), "Alt+C", () => run(toggleCollapsed(ids))],
    [t(node.pinned ? "node.unpin" : "node.pin"), "P", () => run(togglePinned(ids))],
    null,
    [t(node.mode === "bypassed" ? "node.unbypass" : "node.bypass"), "Ctrl+B", () => run(toggleMode(ids, "bypassed"))],
    [t(node.mode === "muted" ? "node.unmute" : "node.mute"), "Ctrl+M", () => run(toggleMode(ids, "muted"))],
    null,
    [t("node.delete"), "Del", () => run(remove(ids))],
  ];
  return (
    <DropdownMenu.Root modal={false} open onOpenChange={(open) => open || openNodeMenu(null)}>
      <DropdownMenu.Trigger asChild>
        <span style={{ position: "fixed", left: request.x, top: request.y, width: 0, height: 0 }} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className={menu.menu}
          align="start"
          sideOffset={4}
          onCloseAutoFocus={(e) => e.preventDefault()}
        >
          {items.map((item, index) =>
            item === null ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: separators have nothing else to be known by
              <DropdownMenu.Separator key={index} className={menu.separator} />
            ) : (
              <DropdownMenu.Item key={item[0]} className={menu.item} onSelect={item[2]}>
                <span>{item[0]}</span>
                <kbd>{item[1]}</kbd>
              </DropdownMenu.Item>
            ),
          )}
          <WhyItem node={node} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
