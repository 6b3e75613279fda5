import { Maximize2, Star } from "lucide-react";
import { useEffect } from "react";
import { useWords } from "@/i18n/useWords";
import { openView } from "@/state/page/views";
import { useGallery, watchGallery } from "@/state/pictures/gallery";
import { BoardMenu } from "./BoardMenu";
import { BulkBar } from "./BulkBar";
import buttons from "./Buttons.module.css";
import { StateButton } from "./Filters";
import styles from "./Gallery.module.css";
import { Grid } from "./Grid";
import { SearchBox } from "./SearchBox";
import { GalleryState } from "./States";

const ROW = 88;

/** The gallery beside the canvas: to look, and to drag pictures onto nodes. */
export default function GalleryPanel() {
  const { t } = useWords();
  useEffect(watchGallery, []);
  const some = useGallery((state) => state.pictures.length > 0 && state.error === null);
  return (
    <div className={styles.panel}>
      <SearchBox />
      <div className={styles.panelBar}>
        <BoardMenu />
        <StateButton name="star" icon={<Star size={16} aria-hidden />} label={t("gallery.only_starred")} />
        <button
          type="button"
          className={buttons.icon}
          aria-label={t("gallery.open_view")}
          title={t("gallery.open_view")}
          onClick={() => openView("gallery")}
        >
          <Maximize2 size={16} aria-hidden />
        </button>
      </div>
      <GalleryState />
      {some ? <Grid target={ROW} days opens /> : null}
      <BulkBar />
    </div>
  );
}
