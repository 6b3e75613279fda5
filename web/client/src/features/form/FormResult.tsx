import { Download, ImageIcon } from "lucide-react";
import type { ShownForm } from "@/graph/form";
import { useWords } from "@/i18n/useWords";
import { openViewer } from "@/state/page/overlays";
import { type Picture, usePictures } from "@/state/pictures/pictures";
import { useRuns } from "@/state/runs/runs";
import { isActive } from "@/state/runs/runView";
import styles from "./Form.module.css";

const HISTORY = 12;

/** The picture: as it forms while the run goes on, then as it is; below it, what was made before. */
export function FormResult({ form }: { form: ShownForm }) {
  const { t } = useWords();
  const byNode = usePictures((state) => state.byNode);
  const recent = usePictures((state) => state.recent);
  const forming = useRuns((state) => (isActive(state.view) ? Object.values(state.previews).at(-1)?.url : undefined));
  const ids = form.outputs.map(({ node }) => node.id);
  const pictures = ids.flatMap((id) => byNode[id] ?? []);
  return (
    <div className={styles.result}>
      <div className={styles.stage}>
        {forming !== undefined ? (
          <img src={forming} alt={t("form.forming")} />
        ) : pictures.length === 0 ? (
          <p className={styles.nothing}>
            <ImageIcon size={24} strokeWidth={1.25} aria-hidden />
            <span>{t("node.no_picture")}</span>
          </p>
        ) : (
          pictures.slice(0, 4).map((picture) => <Shown key={picture.url} picture={picture} />)
        )}
      </div>
      {recent.length === 0 ? null : (
        <ul className={styles.history} aria-label={t("form.history")}>
          {recent.slice(0, HISTORY).map((picture) => (
            <li key={picture.url}>
              <button
                type="button"
                aria-label={picture.filename}
                title={picture.filename}
                onClick={() => openViewer(picture)}
              >
                <img src={picture.url} alt="" loading="lazy" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Shown({ picture }: { picture: Picture }) {
  const { t } = useWords();
  return (
    <figure>
      <button type="button" aria-label={t("node.open_picture")} onClick={() => openViewer(picture)}>
        <img src={picture.url} alt={t("form.picture")} data-form-picture />
      </button>
      <a
        href={picture.url}
        download={picture.filename}
        aria-label={t("results.download")}
        title={t("results.download")}
      >
        <Download size={16} aria-hidden />
      </a>
    </figure>
  );
}
