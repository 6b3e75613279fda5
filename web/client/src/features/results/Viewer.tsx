import { ChevronLeft, ChevronRight, Download, Workflow, X } from "lucide-react";
import { useWords } from "@/i18n/useWords";
import { restorePicture } from "@/state/actions/files";
import { openViewer, useOverlays } from "@/state/overlays";
import { type Picture, usePictures } from "@/state/pictures";
import { Modal } from "@/ui/Modal";
import styles from "./Results.module.css";

/** A picture, large: ← → go through the strip, download, restore its workflow. */
export function Viewer() {
  const picture = useOverlays((state) => state.viewer);
  return picture === null ? null : <OpenViewer picture={picture} />;
}

function OpenViewer({ picture }: { picture: Picture }) {
  const { t } = useWords();
  const strip = usePictures((state) => state.recent);
  const among = useOverlays((state) => state.viewerAmong);
  const recent = among ?? strip;
  const at = recent.findIndex((item) => item.url === picture.url);
  const newer = at > 0 ? recent[at - 1] : undefined;
  const older = at >= 0 ? recent[at + 1] : undefined;
  const turn = (other: Picture | undefined) => other !== undefined && openViewer(other, among);
  return (
    <Modal
      label={picture.filename}
      className={styles.viewer}
      onClose={() => openViewer(null)}
      onKeyDown={(event) => {
        if (event.key === "ArrowLeft") turn(newer);
        if (event.key === "ArrowRight") turn(older);
      }}
    >
      <header>
        <h2>{picture.filename}</h2>
        <button
          type="button"
          onClick={() => void restorePicture(picture).then((restored) => restored && openViewer(null))}
        >
          <Workflow size={16} aria-hidden /> {t("results.restore")}
        </button>
        <a href={picture.url} download={picture.filename}>
          <Download size={16} aria-hidden /> {t("results.download")}
        </a>
        <button
          type="button"
          aria-label={t("results.close")}
          title={`${t("results.close")} (Esc)`}
          onClick={() => openViewer(null)}
        >
          <X size={16} aria-hidden />
        </button>
      </header>
      <div className={styles.stage}>
        <img src={picture.url} alt={picture.filename} />
      </div>
      <Turn side="previous" disabled={newer === undefined} act={() => turn(newer)} />
      <Turn side="next" disabled={older === undefined} act={() => turn(older)} />
    </Modal>
  );
}

function Turn({ side, disabled, act }: { side: "previous" | "next"; disabled: boolean; act: () => void }) {
  const { t } = useWords();
  const Icon = side === "previous" ? ChevronLeft : ChevronRight;
  return (
    <button
      type="button"
      className={`${styles.turn} ${styles[side]}`}
      aria-label={t(`results.${side}`)}
      disabled={disabled}
      onClick={act}
    >
      <Icon size={20} aria-hidden />
    </button>
  );
}
