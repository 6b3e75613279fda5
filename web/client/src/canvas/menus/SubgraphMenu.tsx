import { Check, ChevronRight } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { GraphNode } from "@/graph/document";
import { widgetInputs } from "@/graph/spec";
import { isEdge, isInstance } from "@/graph/subgraphs";
import { useWords } from "@/i18n/useWords";
import { inputLabel } from "@/i18n/words";
import { togglePromoted } from "@/state/actions/subgraphs";
import { useCommandItems } from "@/state/commands/useItems";
import { useSpec } from "@/state/nodes/catalogue";
import { shown, useWorkspace } from "@/state/workflow/workspace";
import { CommandItems } from "@/ui/CommandItems";
import menu from "@/ui/menu.module.css";
import { EDGE_MENU, INSTANCE_MENU, SUBGRAPH_MENU } from "./subgraphItems";

/** What a node's menu offers of sub-graphs: to make one, what an instance can do, and which settings show outside. */
export function SubgraphMenu({ node }: { node: GraphNode }) {
  const { t } = useWords();
  const ids = isEdge(node.id) ? EDGE_MENU : isInstance(node.type) ? INSTANCE_MENU : SUBGRAPH_MENU;
  const items = useCommandItems(ids);
  return (
    <>
      {isEdge(node.id) ? null : <DropdownMenu.Separator className={menu.separator} />}
      <CommandItems items={items} />
      <Promoted node={node} title={t("subgraph.show_outside")} />
    </>
  );
}

/** Inside a sub-graph: a node's settings, ticked where every instance shows them. */
function Promoted({ node, title }: { node: GraphNode; title: string }) {
  const { t } = useWords();
  const spec = useSpec(node.type);
  const inside = useWorkspace((state) => shown(state).inside?.definition);
  const widgets = spec === undefined ? [] : widgetInputs(spec);
  if (inside === undefined || widgets.length === 0) return null;
  const promoted = new Set(inside.widgets.filter((item) => item.node === node.id).map((item) => item.widget));
  return (
    <DropdownMenu.Sub>
      <DropdownMenu.SubTrigger className={menu.item} data-promote>
        <span>{title}</span>
        <ChevronRight size={14} aria-hidden />
      </DropdownMenu.SubTrigger>
      <DropdownMenu.Portal>
        <DropdownMenu.SubContent className={menu.menu}>
          {widgets.map((input) => (
            <DropdownMenu.CheckboxItem
              key={input.name}
              className={menu.item}
              checked={promoted.has(input.name)}
              onCheckedChange={() => togglePromoted(node.id, input)}
            >
              <span>{inputLabel(t, node.type, input)}</span>
              {promoted.has(input.name) ? <Check size={14} aria-hidden /> : null}
            </DropdownMenu.CheckboxItem>
          ))}
        </DropdownMenu.SubContent>
      </DropdownMenu.Portal>
    </DropdownMenu.Sub>
  );
}
