import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { useWords } from "@/i18n/useWords";
import { closeView } from "@/state/page/views";
import { jumpTo, NO_SUMMARY, useGallery, watchGallery } from "@/state/pictures/gallery";
import { BulkBar } from "./BulkBar";
import buttons from "./Buttons.module.css";
import { DateScrub } from "./DateScrub";
import { monthWords } from "./dayWords";
import { Filters } from "./Filters";
import styles from "./Gallery.module.css";
import { Grid } from "./Grid";
import grid from "./Grid.module.css";
import { InfoPane } from "./InfoPane";
import { SearchBox } from "./SearchBox";
import { GalleryState } from "./States";

/** The gallery in the whole window. */
export default function GalleryView() {
  const { t } = useWords();
  useEffect(watchGallery, []);
  const rowHeight = useGallery((state) => state.rowHeight);
  const some = useGallery((state) => state.pictures.length > 0 && state.error === null);
  const total = useGallery((state) => (state.summary === NO_SUMMARY ? undefined : state.summary.total));
  const untilMonth = useGallery((state) => state.untilMonth);
  const onBoard = useGallery((state) => state.search.includes("board:"));
  const focused = useGallery((state) => state.pictures.find(({ id }) => id === state.at) ?? null);
  const [info] = useState(true);
  return (
    <div className={styles.view}>
      <header className={styles.head}>
        <h1>{t("gallery.title")}</h1>
        <span className={styles.total} aria-live="polite">
          {total === undefined ? "" : t("gallery.total", { count: total })}
        </span>
        <SearchBox />
        <Filters />
        <button
          type="button"
          className={buttons.icon}
          aria-label={t("gallery.close")}
          title={`${t("gallery.close")} (Esc)`}
          onClick={closeView}
        >
          <X size={16} aria-hidden />
        </button>
      </header>
      <div className={styles.middle}>
        <div className={styles.main}>
          {untilMonth === null ? null : (
            <button type="button" className={grid.arrived} onClick={() => jumpTo(null)}>
              {t("gallery.back_to_newest", { month: monthWords(document.documentElement.lang || "en", untilMonth) })}
            </button>
          )}
          <GalleryState />
          {some ? <Grid target={rowHeight} days={!onBoard} /> : null}
          <BulkBar />
        </div>
        {some ? <DateScrub /> : null}
        {info && some ? <InfoPane picture={focused} /> : null}
      </div>
    </div>
  );
}
