import { Hash } from "lucide-react";
import type { SocketPlace } from "@/canvas/model/anatomy";
import { hasSender, namedAt } from "@/graph/named";
import { useWords } from "@/i18n/useWords";
import { jumpFrom, renameNamed } from "@/state/actions/named";
import { openWireMenu, showName } from "@/state/canvas/naming";
import { shown, useWorkspace } from "@/state/workflow/workspace";
import { socketColor } from "@/ui/socketLook";
import styles from "./NamedTag.module.css";

interface Props {
  node: string;
  side: "input" | "output";
  socket: SocketPlace;
}

/** The ends of named wires at a socket: a stub and a tag for each name. */
export function NamedTags({ node, side, socket }: Props) {
  const names = useWorkspace((state) => {
    const ends = namedAt(shown(state), node);
    return side === "input" ? ends.in.get(socket.name) : ends.out.get(socket.name)?.join("\n");
  });
  if (names === undefined) return null;
  return (
    <span
      className={`${styles.tags} ${side === "input" ? styles.ofInput : styles.ofOutput}`}
      style={{ top: socket.y, "--socket": socketColor(socket.type) } as React.CSSProperties}
    >
      {names.split("\n").map((name) => (
        <Tag key={name} name={name} node={node} side={side} socket={socket} />
      ))}
    </span>
  );
}

/** Pointed at or focused, it shows the full wire; a click goes to the other end; its menu renames, draws, removes. */
function Tag({ name, node, side, socket }: Props & { name: string }) {
  const { t } = useWords();
  const sent = useWorkspace((state) => side === "output" || hasSender(shown(state), name));
  const end = { side, node, socket: socket.name };
  const openMenu = (x: number, y: number) => openWireMenu({ kind: "tag", name, end, x, y });
  return (
    <button
      type="button"
      className={`nodrag ${styles.tag}`}
      data-named={name}
      data-sent={sent}
      title={t(sent ? `socket.named_${side}` : "socket.named_missing", { name })}
      onPointerEnter={() => showName(name)}
      onPointerLeave={() => showName(null)}
      onFocus={() => showName(name)}
      onBlur={() => showName(null)}
      onClick={(event) => {
        event.stopPropagation();
        jumpFrom(name, node, side);
      }}
      onContextMenu={(event) => {
        event.preventDefault();
        event.stopPropagation();
        openMenu(event.clientX, event.clientY);
      }}
      onKeyDown={(event) => {
        if (event.key === "F2") renameNamed(name);
        else if (event.key === "ContextMenu" || (event.shiftKey && event.key === "F10")) {
          const { left, bottom } = event.currentTarget.getBoundingClientRect();
          openMenu(left, bottom);
        } else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <Hash size={10} aria-hidden />
      {name}
    </button>
  );
}
