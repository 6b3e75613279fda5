import {
  Blocks,
  Box,
  Check,
  ChevronDown,
  ChevronRight,
  Ellipsis,
  Gauge,
  Grid3x3,
  Image,
  Layers,
  Pin,
  Quote,
  SlidersHorizontal,
  Sparkles,
  SquareDashed,
  TriangleAlert,
  Type,
  Waypoints,
  Workflow,
} from "lucide-react";
import type { ComponentType } from "react";
import type { Detail } from "@/canvas/view/detail";
import { toggleCollapsed } from "@/graph/commands/nodes";
import type { GraphNode } from "@/graph/document";
import type { NodeSpec } from "@/graph/spec";
import { isEdge, isInstance } from "@/graph/subgraphs";
import { useWords } from "@/i18n/useWords";
import { whySentence } from "@/i18n/whyWords";
import { inputLabel, nodeTitle, typeHelp } from "@/i18n/words";
import { openNodeMenu } from "@/state/canvas/nodeMenu";
import { useCatalogue, useIdle } from "@/state/nodes/catalogue";
import { useRuns } from "@/state/runs/runs";
import { isActive, nodeRun, secondsLeft } from "@/state/runs/runView";
import { useRunId } from "@/state/workflow/inside";
import { run } from "@/state/workflow/workspace";
import styles from "./StepHead.module.css";
import { StepTitle } from "./StepTitle";

const ICONS: Record<string, ComponentType<{ size: number; "aria-hidden": true }>> = {
  loaders: Waypoints,
  conditioning: Quote,
  latent: Grid3x3,
  sampling: Sparkles,
  image: Image,
  mask: SquareDashed,
  metrics: Gauge,
  text: Type,
  unclip: Blocks,
  control: Workflow,
  guidance: SlidersHorizontal,
  "model patches": SlidersHorizontal,
  "sub-graphs": Workflow,
};

interface Props {
  node: GraphNode;
  spec: NodeSpec | undefined;
  detail: Detail;
}

/** The header: its chevron, name, what the run says of it, and its menu. Progress has its own reserved line. */
export function StepHead({ node, spec, detail }: Props) {
  const { t } = useWords();
  const title = nodeTitle(t, node, spec);
  if (detail === "title") {
    return (
      <header className={styles.head}>
        <h3 className={styles.farTitle}>{title}</h3>
      </header>
    );
  }
  const Icon = ICONS[spec?.category.split("/")[0] ?? ""] ?? Box;
  return (
    <header className={styles.head} title={spec === undefined ? t("node.missing") : typeHelp(t, spec)}>
      {detail === "full" && !isEdge(node.id) ? <Chevron node={node} /> : null}
      <span className={styles.icon}>
        <Icon size={16} aria-hidden />
      </span>
      <StepTitle node={node} title={title} />
      {spec === undefined ? <NotHere /> : <Chip node={node} />}
      {node.pinned ? <Pin size={12} aria-label={t("node.pin")} className={styles.badge} /> : null}
      {detail === "full" ? (
        <button
          type="button"
          className={`nodrag ${styles.menu}`}
          aria-label={t("node.menu", { title })}
          aria-haspopup="menu"
          onClick={(event) => {
            const { left, bottom } = event.currentTarget.getBoundingClientRect();
            openNodeMenu({ node: node.id, x: left, y: bottom });
          }}
        >
          <Ellipsis size={16} aria-hidden />
        </button>
      ) : null}
      <Progress node={node} />
    </header>
  );
}

function Chevron({ node }: { node: GraphNode }) {
  const { t } = useWords();
  const Arrow = node.collapsed ? ChevronRight : ChevronDown;
  return (
    <button
      type="button"
      className={`nodrag ${styles.chevron}`}
      aria-label={t(node.collapsed ? "node.expand" : "node.collapse")}
      aria-expanded={!node.collapsed}
      onClick={() => run(toggleCollapsed([node.id]))}
    >
      <Arrow size={16} aria-hidden />
    </button>
  );
}

/** No node of this type is known, once it is known which there are. */
function NotHere() {
  const { t } = useWords();
  if (!useCatalogue((state) => state.loaded)) return null;
  return <span className={`${styles.chip} ${styles.chipFailed}`}>{t("node.not_here")}</span>;
}

/** What the run says of the node, in words and signs, never by colour alone. */
function Chip({ node }: { node: GraphNode }) {
  const { t } = useWords();
  const runId = useRunId(node.id);
  const step = useRuns((runs) => nodeRun(runs.view, runId, isInstance(node.type)));
  const active = useRuns((runs) => isActive(runs.view));
  const why = step === undefined ? "" : whySentence(t, step, (input) => inputLabel(t, node.type, input));
  const idle = useIdle(node.id);
  if (node.mode !== "active") return <span className={styles.chip}>{t(`node.${node.mode}`)}</span>;
  if (idle && !active) return <span className={styles.chip}>{t("node.idle")}</span>;
  if (step === undefined) return null;
  const left = secondsLeft(step);
  switch (step.state) {
    case "waiting":
      return <span className={styles.chip}>{t("node.waiting")}</span>;
    case "running":
      return (
        <span className={`${styles.chip} ${styles.chipRunning}`}>
          {step.total > 0 ? t("node.step", { value: step.value, total: step.total }) : t("node.running")}
          {left === null || left < 1 ? "" : ` · ${t("run.left", { seconds: Math.ceil(left) })}`}
        </span>
      );
    case "done":
      return (
        <span className={styles.chip} title={why}>
          {t("run.took", { seconds: step.seconds.toFixed(1) })}
          <Check size={12} aria-hidden />
        </span>
      );
    case "cached":
      return (
        <span className={styles.chip} title={why}>
          {t("node.cached")}
          <Layers size={12} aria-hidden />
        </span>
      );
    case "failed":
      return (
        <span className={`${styles.chip} ${styles.chipFailed}`} title={why}>
          <TriangleAlert size={12} aria-hidden />
          {t("node.failed")}
        </span>
      );
  }
}

function Progress({ node }: { node: GraphNode }) {
  const runId = useRunId(node.id);
  const share = useRuns((runs) => {
    const step = nodeRun(runs.view, runId, isInstance(node.type));
    if (step === undefined) return null;
    if (step.state === "done" || step.state === "cached") return isActive(runs.view) ? 1 : null;
    if (step.state !== "running") return null;
    return step.total > 0 ? step.value / step.total : 0;
  });
  return (
    <span className={styles.progress} aria-hidden>
      {share === null ? null : <span style={{ backgroundSize: `${100 * share}% 100%` }} />}
    </span>
  );
}
