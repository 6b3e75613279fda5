import { Handle, Position } from "@xyflow/react";
import { useShallow } from "zustand/react/shallow";
import { usePickUp } from "@/canvas/connecting/pickUp";
import { breakWires, tapSocket } from "@/canvas/connecting/tap";
import type { Anatomy, SocketPlace } from "@/canvas/model/anatomy";
import { NamedTags } from "@/canvas/wires/NamedTag";
import { type GraphNode, incomingWires, nodeIndex, outgoingWires } from "@/graph/document";
import { namedAt } from "@/graph/named";
import { useWords } from "@/i18n/useWords";
import { inputLabel, nodeTitle, outputLabel, socketType } from "@/i18n/words";
import { fitsWire, useConnecting } from "@/state/canvas/connecting";
import { useKnownTypes } from "@/state/nodes/catalogue";
import { shownProblems, useRuns } from "@/state/runs/runs";
import { useRunId } from "@/state/workflow/inside";
import { type currentDocument, shown, useWorkspace } from "@/state/workflow/workspace";
import { socketColor, socketShape } from "@/ui/socketLook";
import styles from "./StepSockets.module.css";

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

/** From afar, sockets are marks on the border: hundreds of nodes are in view then, and nobody draws wires. */
export function FarSockets({ node, anatomy }: Props) {
  const wired = useWorkspace((state) => [...incomingWires(shown(state), node.id).keys()].join("\n"));
  const widgets = new Set(anatomy.widgets.map((widget) => widget.input.name));
  const ends = new Set(wired.split("\n"));
  const inputs = anatomy.inputs.filter((socket) => !widgets.has(socket.name) || ends.has(socket.name));
  const mark = (side: "source" | "target", socket: SocketPlace) => (
    <i
      key={`${side} ${socket.name}`}
      className={`${styles.mark} ${side === "source" ? styles.out : ""}`}
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
  const wired = useWorkspace((state) => isWired(shown(state), node.id, side, socket.name));
  const fits = useConnecting((state) => fitsWire(state.loose ?? state.armed, side, socket.type, node.id));
  const best = useConnecting((state) => state.target?.node === node.id && state.target.socket === socket.name);
  const armed = useConnecting(
    ({ armed: end }) => end?.node === node.id && end.side === side && end.socket === socket.name,
  );
  const pickUp = usePickUp();
  const runId = useRunId(node.id);
  const wrong = useRuns((runs) =>
    shownProblems(runs).some((problem) => problem.node === runId && problem.socket === socket.name && side === "input"),
  );
  const name = useSocketName(node, side, socket, wrong);
  // A widget's socket is there once it is wired; before that, dropping a wire on its row makes it.
  if (ofWidget && !wired && fits !== true) return null;
  const end = { node: node.id, side, name: socket.name };
  const label = side === "input" ? inputLabel(t, node.type, socket) : outputLabel(t, node.type, socket);
  const classes = [styles.socket, styles[socketShape(socket.type)]];
  if (!wired && side === "input" && !socket.required) classes.push(styles.hollow);
  if (fits === false && !armed) classes.push(styles.misfit);
  if (fits === true) classes.push(styles.fit);
  if (best && fits === true) classes.push(styles.best);
  if (armed) classes.push(styles.armed);
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
        aria-label={name}
        data-socket={socket.name}
        data-side={side}
        tabIndex={-1}
        role="button"
        aria-pressed={armed}
        onMouseDownCapture={(event) => pickUp(event, end)}
        onTouchStartCapture={(event) => pickUp(event, end)}
        onClick={(event) => {
          if (event.altKey) breakWires(end);
          else tapSocket(end);
        }}
      />
      <NamedTags node={node.id} side={side} socket={socket} />
    </>
  );
}

/** "Positive, conditioning input, required, has a problem, connected from Prompt". */
function useSocketName(node: GraphNode, side: "input" | "output", socket: SocketPlace, wrong: boolean): string {
  const { t } = useWords();
  const catalogue = useKnownTypes();
  const ends = useWorkspace(useShallow((state) => otherEnds(shown(state), node.id, side, socket.name)));
  const label = side === "input" ? inputLabel(t, node.type, socket) : outputLabel(t, node.type, socket);
  const titles = [...new Set(ends.map((end) => nodeTitle(t, end, catalogue.get(end.type))))].join(
    t("node_words.comma"),
  );
  return [
    t(`socket.${side}`, { label, type: socketType(t, socket.type) }),
    side === "input" && socket.required ? t("socket.required") : "",
    wrong ? t("socket.wrong") : "",
    titles === "" ? "" : t(`socket.${side}_wired`, { titles }),
  ]
    .filter((part) => part !== "")
    .join(t("node_words.comma"));
}

/** The nodes that a socket has drawn wires to. */
function otherEnds(document: ReturnType<typeof currentDocument>, node: string, side: string, name: string) {
  const nodes = nodeIndex(document);
  const ids =
    side === "input"
      ? [incomingWires(document, node).get(name)?.from[0]]
      : outgoingWires(document, node)
          .filter((wire) => wire.from[1] === name)
          .map((wire) => wire.to[0]);
  return ids.flatMap((id) => nodes.get(id ?? "") ?? []);
}

function isWired(document: ReturnType<typeof currentDocument>, node: string, side: string, name: string): boolean {
  const ends = namedAt(document, node);
  if (side === "input" ? ends.in.has(name) : ends.out.has(name)) return true;
  if (side === "input") return incomingWires(document, node).has(name);
  return outgoingWires(document, node).some((wire) => wire.from[1] === name);
}
