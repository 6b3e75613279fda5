import { Copy, Download, LayoutGrid, RotateCcw, Sparkles, Star, Trash2, Workflow } from "lucide-react";
import type { GalleryPicture } from "@/api/pictures";
import { useWords } from "@/i18n/useWords";
import { downloadPictures, restorePictures, starPictures, trashPictures, viewPicture } from "@/state/actions/gallery";
import { openPictureWorkflow, takePictureValues } from "@/state/actions/reusePicture";
import { type Figures, useFigures } from "@/state/page/figures";
import { notify } from "@/state/page/notices";
import { openViewer } from "@/state/page/overlays";
import { closeView } from "@/state/page/views";
import { PutOnBoard } from "./BoardMenu";
import buttons from "./Buttons.module.css";
import { DeleteForGood } from "./DeleteForGood";
import { DownloadMenu } from "./DownloadMenu";
import styles from "./Info.module.css";
import { SendMenu } from "./SendMenu";

/** The picture that has the focus, large, with what made it. */
export function InfoPane({ picture }: { picture: GalleryPicture | null }) {
  const { t } = useWords();
  return (
    <aside className={styles.info} aria-label={t("gallery.info")}>
      {picture === null ? (
        <p className={styles.hint}>{t("gallery.choose_first")}</p>
      ) : (
        <>
          <button type="button" className={styles.preview} onClick={() => viewPicture(picture)}>
            <img src={picture.url} alt={picture.prompt || picture.filename} draggable={false} />
          </button>
          <Info picture={picture} />
        </>
      )}
    </aside>
  );
}

/** What made a picture, and what can be done with it. */
export function Info({ picture }: { picture: GalleryPicture }) {
  const { t } = useWords();
  const figures = useFigures();
  const leave = () => {
    openViewer(null);
    closeView();
  };
  const away = picture.state !== "kept";
  return (
    <div className={styles.facts}>
      <div className={styles.actions}>
        <button
          type="button"
          className={buttons.icon}
          aria-pressed={picture.star}
          aria-label={t("gallery.star")}
          title={`${t("gallery.star")} (S)`}
          onClick={() => void starPictures([picture])}
        >
          <Star size={16} fill={picture.star ? "currentColor" : "none"} aria-hidden />
        </button>
        <PutOnBoard pictures={[picture]}>
          <LayoutGrid size={16} aria-hidden /> {t("gallery.board")}
        </PutOnBoard>
        <DownloadMenu onChoose={(workflow) => downloadPictures([picture], workflow)}>
          <Download size={16} aria-hidden /> {t("results.download")}
        </DownloadMenu>
        {away ? null : (
          <button
            type="button"
            className={buttons.icon}
            aria-label={t("gallery.to_trash")}
            title={`${t("gallery.to_trash")} (Del)`}
            onClick={() => void trashPictures([picture])}
          >
            <Trash2 size={16} aria-hidden />
          </button>
        )}
      </div>
      {away ? (
        <div className={styles.actions}>
          <button type="button" className={buttons.button} onClick={() => void restorePictures([picture])}>
            <RotateCcw size={16} aria-hidden /> {t("gallery.restore")}
          </button>
          {/* Of another picture it asks anew. */}
          <DeleteForGood key={picture.id} pictures={[picture]} />
        </div>
      ) : null}
      <Fact name={t("gallery.prompt")} value={picture.prompt} copy />
      <Fact name={t("gallery.negative")} value={picture.negative} copy />
      <dl className={styles.table}>
        <Pair name={t("gallery.model")} value={picture.model} />
        <Pair name={t("gallery.seed")} value={picture.seed} />
        <Pair name={t("gallery.steps")} value={picture.steps} />
        <Pair name={t("gallery.cfg")} value={picture.cfg} />
        <Pair name={t("gallery.sampler")} value={picture.sampler} />
        <Pair name={t("gallery.measures")} value={measures(picture, figures)} />
        <Pair name={t("gallery.made")} value={figures.exact(picture.made)} />
        <Pair name={t("gallery.file")} value={[picture.subfolder, picture.filename].filter(Boolean).join("/")} />
      </dl>
      <div className={styles.actions}>
        <button type="button" className={buttons.button} onClick={() => void takePictureValues(picture, "all")}>
          <Sparkles size={16} aria-hidden /> {t("gallery.use_all")}
        </button>
        {picture.prompt === "" ? null : (
          <button type="button" className={buttons.button} onClick={() => void takePictureValues(picture, "prompt")}>
            {t("gallery.use_prompt")}
          </button>
        )}
        {picture.seed === "" ? null : (
          <button type="button" className={buttons.button} onClick={() => void takePictureValues(picture, "seed")}>
            {t("gallery.use_seed")}
          </button>
        )}
        <SendMenu picture={picture} onSent={leave} />
        {picture.workflow ? (
          <button
            type="button"
            className={buttons.button}
            onClick={() => void openPictureWorkflow(picture).then((opened) => opened && leave())}
          >
            <Workflow size={16} aria-hidden /> {t("gallery.open_workflow")}
          </button>
        ) : null}
      </div>
    </div>
  );
}

function Fact({ name, value, copy = false }: { name: string; value: string; copy?: boolean }) {
  const { t } = useWords();
  if (value === "") return null;
  const take = () =>
    navigator.clipboard.writeText(value).then(
      () => notify("info", t("gallery.copied")),
      () => notify("error", t("gallery.not_copied")),
    );
  return (
    <section className={styles.text}>
      <h3>{name}</h3>
      {copy ? (
        <button
          type="button"
          className={buttons.icon}
          aria-label={t("gallery.copy", { name })}
          title={t("gallery.copy", { name })}
          onClick={() => void take()}
        >
          <Copy size={14} aria-hidden />
        </button>
      ) : null}
      <p>{value}</p>
    </section>
  );
}

function Pair({ name, value }: { name: string; value: string | number | null | undefined }) {
  if (value === "" || value == null) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

function measures({ width, height, size }: GalleryPicture, figures: Figures): string {
  const bytes = figures.bytes(size);
  return width == null ? bytes : `${width} × ${height} · ${bytes}`;
}
