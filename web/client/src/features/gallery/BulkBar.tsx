import { Columns2, Download, LayoutGrid, RotateCcw, Star, Trash2, X } from "lucide-react";
import { useWords } from "@/i18n/useWords";
import { downloadPictures, restorePictures, starPictures, trashPictures } from "@/state/actions/gallery";
import { openCompare } from "@/state/pictures/compare";
import { useGallery } from "@/state/pictures/gallery";
import { clearPictures } from "@/state/pictures/gallerySelection";
import { PutOnBoard } from "./BoardMenu";
import styles from "./Bulk.module.css";
import buttons from "./Buttons.module.css";
import { DeleteForGood } from "./DeleteForGood";
import { DownloadMenu } from "./DownloadMenu";

/** What can be done with the selected pictures, when there are several. */
export function BulkBar() {
  const { t } = useWords();
  const selected = useGallery((state) => state.selected);
  const pictures = useGallery((state) => state.pictures);
  if (selected.size < 2) return null;
  const chosen = pictures.filter(({ id }) => selected.has(id));
  const inTrash = chosen.every(({ state }) => state !== "kept");
  return (
    <div className={styles.bulk} role="toolbar" aria-label={t("gallery.selection")}>
      <strong>{t("gallery.selected", { count: selected.size })}</strong>
      {inTrash ? (
        <>
          <button type="button" className={buttons.button} onClick={() => void restorePictures(chosen)}>
            <RotateCcw size={16} aria-hidden /> {t("gallery.restore")}
          </button>
          <DeleteForGood pictures={chosen} />
        </>
      ) : (
        <>
          <button
            type="button"
            className={buttons.button}
            disabled={chosen.length > 4}
            title={chosen.length > 4 ? t("gallery.compare_most") : `${t("gallery.compare")} (C)`}
            onClick={() => openCompare(chosen)}
          >
            <Columns2 size={16} aria-hidden /> {t("gallery.compare")}
          </button>
          <PutOnBoard pictures={chosen}>
            <LayoutGrid size={16} aria-hidden /> {t("gallery.board")}
          </PutOnBoard>
          <button type="button" className={buttons.button} title="S" onClick={() => void starPictures(chosen)}>
            <Star size={16} aria-hidden /> {t("gallery.star")}
          </button>
          <DownloadMenu onChoose={(workflow) => downloadPictures(chosen, workflow)}>
            <Download size={16} aria-hidden /> {t("results.download")}
          </DownloadMenu>
          <button type="button" className={buttons.button} title="Del" onClick={() => void trashPictures(chosen)}>
            <Trash2 size={16} aria-hidden /> {t("gallery.to_trash")}
          </button>
        </>
      )}
      <button
        type="button"
        className={buttons.icon}
        aria-label={t("gallery.clear_selection")}
        title={`${t("gallery.clear_selection")} (Esc)`}
        onClick={clearPictures}
      >
        <X size={16} aria-hidden />
      </button>
    </div>
  );
}
