import { ImageIcon } from "lucide-react";
import type { GraphNode } from "@/graph/document";
import { useWords } from "@/i18n/useWords";
import { nodeTitle } from "@/i18n/words";
import { useSpec } from "@/state/catalogue";
import { openViewer } from "@/state/overlays";
import { usePictures } from "@/state/pictures";
import { useRuns } from "@/state/runs";
import styles from "./Step.module.css";
import { useUpstreamPreview } from "./upstreamPreview";

/** The picture area: its size is reserved, so that nothing moves when a picture arrives. */
export function StepPicture({ node, kind }: { node: GraphNode; kind: "result" | "preview" }) {
  return (
    <div className={styles.picture} data-kind={kind}>
      {kind === "preview" ? <Preview node={node} /> : <Result node={node} />}
    </div>
  );
}

function Preview({ node }: { node: GraphNode }) {
  const { t } = useWords();
  const spec = useSpec(node.type);
  const preview = useRuns((runs) => runs.previews[node.id]);
  if (preview === undefined) return <Nothing words="node.no_preview" />;
  return <img src={preview.url} alt={t("node.preview", { title: nodeTitle(t, node, spec) })} draggable={false} />;
}

function Result({ node }: { node: GraphNode }) {
  const { t } = useWords();
  const spec = useSpec(node.type);
  const pictures = usePictures((state) => state.byNode[node.id]);
  const forming = useUpstreamPreview(node.id);
  const title = nodeTitle(t, node, spec);
  if (forming !== null) return <img src={forming} alt={t("node.preview", { title })} draggable={false} />;
  if (pictures === undefined || pictures.length === 0) return <Nothing words="node.no_picture" />;
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

function Nothing({ words }: { words: string }) {
  const { t } = useWords();
  return (
    <div className={styles.nothing}>
      <ImageIcon size={24} strokeWidth={1.25} aria-hidden />
      <span>{t(words)}</span>
    </div>
  );
}
