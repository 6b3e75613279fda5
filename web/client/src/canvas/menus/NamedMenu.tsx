import { ChevronRight } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { GraphNode } from "@/graph/document";
import { namedAt } from "@/graph/named";
import { NEW_SOCKET } from "@/graph/subgraphs";
import { useWords } from "@/i18n/useWords";
import { inputLabel, outputLabel } from "@/i18n/words";
import { nameOutput, receiveAt } from "@/state/actions/named";
import { useSpec } from "@/state/nodes/catalogue";
import { currentDocument } from "@/state/workflow/workspace";
import menu from "@/ui/menu.module.css";

/** What a node's menu offers of named wires: each output to be sent by a name, each input to receive by one. */
export function NamedMenu({ node }: { node: GraphNode }) {
  const { t } = useWords();
  const spec = useSpec(node.type);
  if (spec === undefined || spec.inputs.length + spec.outputs.length === 0) return null;
  const { out } = namedAt(currentDocument(), node.id);
  const outputs = spec.outputs.filter((output) => !out.has(output.name) && output.name !== NEW_SOCKET);
  const inputs = spec.inputs.filter((input) => input.name !== NEW_SOCKET);
  return (
    <DropdownMenu.Sub>
      <DropdownMenu.SubTrigger className={menu.item} data-command="named">
        <span>{t("named.menu")}</span>
        <ChevronRight size={14} aria-hidden />
      </DropdownMenu.SubTrigger>
      <DropdownMenu.Portal>
        <DropdownMenu.SubContent className={menu.menu} style={{ maxHeight: 400, overflowY: "auto" }}>
          {outputs.map((output) => (
            <DropdownMenu.Item
              key={`out ${output.name}`}
              className={menu.item}
              onSelect={() => nameOutput(node.id, output.name)}
            >
              <span>{t("named.send_output", { label: outputLabel(t, node.type, output) })}</span>
            </DropdownMenu.Item>
          ))}
          {outputs.length > 0 && inputs.length > 0 ? <DropdownMenu.Separator className={menu.separator} /> : null}
          {inputs.map((input) => (
            <DropdownMenu.Item
              key={`in ${input.name}`}
              className={menu.item}
              onSelect={() => receiveAt(node.id, input.name)}
            >
              <span>{t("named.receive_input", { label: inputLabel(t, node.type, input) })}</span>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.SubContent>
      </DropdownMenu.Portal>
    </DropdownMenu.Sub>
  );
}
