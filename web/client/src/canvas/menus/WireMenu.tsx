import { DropdownMenu } from "radix-ui";
import { rerouteAt } from "@/canvas/wires/reroute";
import { disconnect } from "@/graph/commands/wires";
import { useWords } from "@/i18n/useWords";
import { drawTag, dropTag, jumpFrom, nameTheseWires, renameNamed } from "@/state/actions/named";
import { openWireMenu, type WireMenuRequest } from "@/state/canvas/naming";
import { run } from "@/state/workflow/workspace";
import { MenuPoint } from "@/ui/MenuPoint";
import menu from "@/ui/menu.module.css";

type Item = [id: string, label: string, act: () => void];

/** The menu of a wire, or of the tag at the end of a named one. */
export default function WireMenu({ request }: { request: WireMenuRequest }) {
  const { t } = useWords();
  const items = request.kind === "wire" ? wireItems(t, request) : tagItems(t, request);
  return (
    <DropdownMenu.Root modal={false} open onOpenChange={(open) => open || openWireMenu(null)}>
      <MenuPoint x={request.x} y={request.y} label={t("named.wire_menu")} />
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className={menu.menu}
          aria-label={t("named.wire_menu")}
          align="start"
          sideOffset={4}
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          {items.map(([id, label, act]) => (
            <DropdownMenu.Item key={id} className={menu.item} data-command={id} onSelect={act}>
              <span>{label}</span>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

type Words = ReturnType<typeof useWords>["t"];

function wireItems(t: Words, request: WireMenuRequest & { kind: "wire" }): Item[] {
  return [
    ["wire.name", t("named.name_wire"), () => nameTheseWires([request.wire])],
    ["wire.reroute", t("reroute.add"), () => rerouteAt(request.wire, request.position)],
    ["wire.delete", t("named.delete_wire"), () => run(disconnect([request.wire]))],
  ];
}

function tagItems(t: Words, { name, end }: WireMenuRequest & { kind: "tag" }): Item[] {
  return [
    [
      "tag.jump",
      t(end.side === "input" ? "named.to_sender" : "named.to_receiver"),
      () => jumpFrom(name, end.node, end.side),
    ],
    ["tag.rename", t("named.rename"), () => renameNamed(name)],
    ["tag.draw", t(end.side === "input" ? "named.draw_one" : "named.draw_all"), () => drawTag(name, end)],
    ["tag.drop", t("named.drop"), () => dropTag(end)],
  ];
}
