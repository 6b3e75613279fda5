import { ImageIcon } from "lucide-react";
import type { GraphNode } from "@/graph/document";
import { isInstance } from "@/graph/subgraphs";
import { useWords } from "@/i18n/useWords";
import { nodeTitle } from "@/i18n/words";
import { useSpec } from "@/state/nodes/catalogue";
import { openViewer } from "@/state/page/overlays";
import { usePictures } from "@/state/pictures/pictures";
import { shownProblems, useRuns } from "@/state/runs/runs";
import { isInside } from "@/state/runs/runView";
import { useRunId } from "@/state/workflow/inside";
import styles from "./StepPicture.module.css";
import { ToForm } from "./ToForm";
import { useUpstreamPreview } from "./upstreamPreview";

/** The picture area: its size is reserved, so that nothing moves when a picture arrives. */
export function StepPicture({ node, kind }: { node: GraphNode; kind: "result" | "preview" | "words" }) {
  return (
    <div className={styles.picture} data-kind={kind}>
      {kind === "preview" ? (
        <Preview node={node} />
      ) : kind === "result" ? (
        <>
          <Result node={node} />
          <ToForm node={node.id} widget={null} />
        </>
      ) : (
        <Words node={node} />
      )}
    </div>
  );
}

function Preview({ node }: { node: GraphNode }) {
  const { t } = useWords();
  const spec = useSpec(node.type);
  const instance = isInstance(node.type);
  const runId = useRunId(node.id);
  const preview = useRuns((runs) => runs.previews[instance ? lastInside(runs.previews, runId) : runId]);
  if (preview === undefined) return <Nothing words="node.no_preview" runId={runId} />;
  return <img src={preview.url} alt={t("node.preview", { title: nodeTitle(t, node, spec) })} draggable={false} />;
}

function Result({ node }: { node: GraphNode }) {
  const { t } = useWords();
  const spec = useSpec(node.type);
  const instance = isInstance(node.type);
  const runId = useRunId(node.id);
  const pictures = usePictures((state) => state.byNode[instance ? lastInside(state.byNode, runId) : runId]);
  const forming = useUpstreamPreview(node.id);
  const title = nodeTitle(t, node, spec);
  if (forming !== null) return <img src={forming} alt={t("node.preview", { title })} draggable={false} />;
  if (pictures === undefined || pictures.length === 0) return <Nothing words="node.no_picture" runId={runId} />;
  return (
    <div className={styles.pictures} data-count={Math.min(pictures.length, 4)}>
      {pictures.slice(0, 4).map((picture) => (
        <button
          type="button"
          key={picture.url}
          className="nodrag"
          title={t("node.open_picture")}
          aria-label={t("node.open_picture")}
          onClick={() => openViewer(picture)}
        >
          <img src={picture.url} alt={t("node.picture", { title })} data-result={node.id} draggable={false} />
        </button>
      ))}
    </div>
  );
}

/** The node inside an instance that showed something last. */
function lastInside(shown: Readonly<Record<string, unknown>>, instance: string): string {
  return Object.keys(shown).findLast((id) => isInside(id, instance)) ?? instance;
}

/** What a measurement says. Its place is kept free, so that nothing moves when it is told. */
function Words({ node }: { node: GraphNode }) {
  const { t } = useWords();
  const runId = useRunId(node.id);
  const lines = useRuns((runs) => runs.view?.texts[runId]);
  if (lines === undefined) return <span className={styles.noWords}>{t("node.no_words")}</span>;
  return (
    <p className={`nodrag ${styles.words}`} data-words={node.id} title={lines.join("\n")}>
      {lines.join("\n")}
    </p>
  );
}

/** What will be here; silent where the message of what is wrong lies over it. */
function Nothing({ words, runId }: { words: string; runId: string }) {
  const { t } = useWords();
  const covered = useRuns((runs) => shownProblems(runs).some(({ node }) => node === runId));
  return (
    <div className={styles.nothing} data-covered={covered}>
      <ImageIcon size={24} strokeWidth={1.25} aria-hidden />
      <span>{t(words)}</span>
    </div>
  );
}
