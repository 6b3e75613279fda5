import { Handle, Position } from "@xyflow/react";
import { several } from "@/graph/commands/several";
import { disconnect, unname } from "@/graph/commands/wires";
import { type GraphNode, incomingWires, outgoingWires, wireId } from "@/graph/document";
import { hasSender, namedAt } from "@/graph/named";
import { useWords } from "@/i18n/useWords";
import { inputLabel, outputLabel, socketType } from "@/i18n/words";
import { fitsWire, useConnecting } from "@/state/connecting";
import { shownProblems, useRuns } from "@/state/runs";
import { currentDocument, run, useWorkspace } from "@/state/workspace";
import { socketColor, socketShape } from "@/ui/socketLook";
import type { Anatomy, SocketPlace } from "./anatomy";
import styles from "./Step.module.css";

interface Props {
  node: GraphNode;
  anatomy: Anatomy;
}

/** Socket glyphs on the border, with their labels beside them. */
export function StepSockets({ node, anatomy }: Props) {
  const labels = !node.collapsed;
  const widgets = new Set(anatomy.widgets.map((widget) => widget.input.name));
  return (
    <>
      {anatomy.inputs.map((socket) => (
        <Socket
          key={`in ${socket.name}`}
          node={node}
          side="input"
          socket={socket}
          ofWidget={widgets.has(socket.name)}
        />
      ))}
      {anatomy.outputs.map((socket) => (
        <Socket key={`out ${socket.name}`} node={node} side="output" socket={socket} ofWidget={false} />
      ))}
      {labels ? <Labels node={node} anatomy={anatomy} /> : null}
    </>
  );
}

/** Names beside the sockets. Two that share a row share its width by their lengths. */
function Labels({ node, anatomy }: Props) {
  const { t } = useWords();
  return Array.from({ length: anatomy.rows }, (_, row) => {
    const input = row < anatomy.inputs.length - anatomy.widgets.length ? anatomy.inputs[row] : undefined;
    const output = anatomy.outputs[row];
    const top = (input ?? output)?.y;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: a row has nothing else to be known by
      <div key={row} className={styles.labels} style={{ top }}>
        <span>{input === undefined ? "" : inputLabel(t, node.type, input)}</span>
        <span>{output === undefined ? "" : outputLabel(t, node.type, output)}</span>
      </div>
    );
  });
}

/**
 * From afar, sockets are marks on the border: hundreds of nodes are in view then, and nobody draws wires. React Flow
 * finds the ends of wires by these classes and attributes when it measures a node, so they are there at every level.
 */
export function FarSockets({ node, anatomy }: Props) {
  const wired = useWorkspace((state) => [...incomingWires(state.history.document, node.id).keys()].join("\n"));
  const widgets = new Set(anatomy.widgets.map((widget) => widget.input.name));
  const ends = new Set(wired.split("\n"));
  const inputs = anatomy.inputs.filter((socket) => !widgets.has(socket.name) || ends.has(socket.name));
  const mark = (side: "source" | "target", socket: SocketPlace) => (
    <i
      key={`${side} ${socket.name}`}
      className={`${side} ${styles.mark}`}
      data-handleid={socket.name}
      data-handlepos={side === "source" ? Position.Right : Position.Left}
      style={{ top: socket.y, "--socket": socketColor(socket.type) } as React.CSSProperties}
    />
  );
  return (
    <>
      {inputs.map((socket) => mark("target", socket))}
      {anatomy.outputs.map((socket) => mark("source", socket))}
    </>
  );
}

interface SocketProps {
  node: GraphNode;
  side: "input" | "output";
  socket: SocketPlace;
  ofWidget: boolean;
}

function Socket({ node, side, socket, ofWidget }: SocketProps) {
  const { t } = useWords();
  const wired = useWorkspace((state) => isWired(state.history.document, node.id, side, socket.name));
  const fits = useConnecting((state) => fitsWire(state.loose, side, socket.type, node.id));
  const wrong = useRuns((runs) =>
    shownProblems(runs).some(
      (problem) => problem.node === node.id && problem.socket === socket.name && side === "input",
    ),
  );
  // A widget's socket is there once it is wired; before that, dropping a wire on its row makes it.
  if (ofWidget && !wired && fits !== true) return null;
  const label = side === "input" ? inputLabel(t, node.type, socket) : outputLabel(t, node.type, socket);
  const type = socketType(t, socket.type);
  const classes = [styles.socket, styles[socketShape(socket.type)]];
  if (!wired && side === "input" && !socket.required) classes.push(styles.hollow);
  if (fits === false) classes.push(styles.misfit);
  if (fits === true) classes.push(styles.fit);
  if (wrong) classes.push(styles.wrong);
  return (
    <>
      <Handle
        id={socket.name}
        type={side === "input" ? "target" : "source"}
        position={side === "input" ? Position.Left : Position.Right}
        className={classes.join(" ")}
        style={{ top: socket.y, "--socket": socketColor(socket.type) } as React.CSSProperties}
        title={`${label} · ${socket.type}`}
        aria-label={t(`socket.${side}`, { label, type })}
        data-socket={socket.name}
        data-side={side}
        onClick={(event) => {
          if (event.altKey) breakWires(node.id, side, socket.name);
        }}
      />
      <NamedTag node={node.id} side={side} socket={socket} />
    </>
  );
}

/** The end of a named wire: its name beside the socket, outside the box. */
function NamedTag({ node, side, socket }: { node: string; side: "input" | "output"; socket: SocketPlace }) {
  const { t } = useWords();
  const name = useWorkspace(({ history: { document } }) => {
    const ends = namedAt(document, node);
    return side === "input" ? ends.in.get(socket.name) : ends.out.get(socket.name)?.join(", ");
  });
  const sent = useWorkspace(
    (state) => name === undefined || side === "output" || hasSender(state.history.document, name),
  );
  if (name === undefined) return null;
  return (
    <span
      className={`${styles.named} ${side === "input" ? styles.namedInput : styles.namedOutput}`}
      style={{ top: socket.y, "--socket": socketColor(socket.type) } as React.CSSProperties}
      data-named={name}
      data-sent={sent}
      title={t(sent ? `socket.named_${side}` : "socket.named_missing", { name })}
    >
      {name}
    </span>
  );
}

function isWired(document: ReturnType<typeof currentDocument>, node: string, side: string, name: string): boolean {
  const ends = namedAt(document, node);
  if (side === "input" ? ends.in.has(name) : ends.out.has(name)) return true;
  if (side === "input") return incomingWires(document, node).has(name);
  return outgoingWires(document, node).some((wire) => wire.from[1] === name);
}

function breakWires(node: string, side: "input" | "output", name: string): void {
  const document = currentDocument();
  const into = incomingWires(document, node).get(name);
  const wires =
    side === "input"
      ? into === undefined
        ? []
        : [into]
      : outgoingWires(document, node).filter((wire) => wire.from[1] === name);
  run(several("disconnect", [disconnect(wires.map(wireId)), unname(node, side, name)]));
}
