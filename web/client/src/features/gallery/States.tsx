import { ImageOff, Images, SearchX, ServerOff, Star, Trash2 } from "lucide-react";
import { useWords } from "@/i18n/useWords";
import { rescan } from "@/state/actions/gallery";
import { runDocument } from "@/state/actions/submit";
import { closeView } from "@/state/page/views";
import { loadGallery, searchGallery, useGallery } from "@/state/pictures/gallery";
import buttons from "./Buttons.module.css";
import styles from "./Gallery.module.css";

/** What is shown in place of pictures: nothing yet, nothing found, no answer. Null while there are some. */
export function GalleryState() {
  const { t } = useWords();
  const { pictures, loading, error, search, scanning, until } = useGallery();
  if (error !== null) {
    return (
      <Empty icon={<ServerOff size={32} aria-hidden />} words={error === "" ? t("connection.no_answer") : error}>
        <button type="button" className={buttons.primary} onClick={() => void loadGallery()}>
          {t("panel.again")}
        </button>
      </Empty>
    );
  }
  if (pictures.length > 0 || until !== null) return null;
  if (loading === "first") return <p className={styles.waiting}>{t("panel.loading")}</p>;
  if (search === "is:trash") return <Empty icon={<Trash2 size={32} aria-hidden />} words={t("gallery.trash_empty")} />;
  if (search === "is:star") return <Empty icon={<Star size={32} aria-hidden />} words={t("gallery.no_stars")} />;
  if (search === "is:missing")
    return <Empty icon={<ImageOff size={32} aria-hidden />} words={t("gallery.none_gone")} />;
  if (search !== "") {
    return (
      <Empty icon={<SearchX size={32} aria-hidden />} words={t("gallery.none_found", { search })}>
        <button type="button" className={buttons.primary} onClick={() => searchGallery("")}>
          {t("gallery.all_pictures")}
        </button>
      </Empty>
    );
  }
  return (
    <Empty icon={<Images size={32} aria-hidden />} words={t(scanning ? "gallery.scanning" : "gallery.empty")}>
      <button
        type="button"
        className={buttons.primary}
        onClick={() => {
          closeView();
          void runDocument({ count: 1 });
        }}
      >
        {t("gallery.run_now")}
      </button>
      <button type="button" className={buttons.link} onClick={() => void rescan()}>
        {t("gallery.rescan")}
      </button>
    </Empty>
  );
}

function Empty({ icon, words, children }: { icon: React.ReactNode; words: string; children?: React.ReactNode }) {
  return (
    <div className={styles.empty} role="status">
      {icon}
      <p>{words}</p>
      {children}
    </div>
  );
}
