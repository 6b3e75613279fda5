import { useWords } from "@/i18n/useWords";
import { openViewer } from "@/state/page/overlays";
import { type CarriedPicture, carryPicture } from "@/state/pictures/pictureDrag";
import { type Picture, usePictures } from "@/state/pictures/pictures";
import { PromptChips } from "./PromptChips";
import styles from "./Results.module.css";

/** The latest pictures. While there are none, the place tells what will be here and offers prompts to try. */
export function Results() {
  const { t } = useWords();
  const pictures = usePictures((state) => state.recent);
  if (pictures.length === 0) {
    return (
      <div className={styles.empty}>
        <span>{t("results.empty")}</span>
        <PromptChips />
      </div>
    );
  }
  return (
    <ul className={styles.strip} aria-label={t("results.label")}>
      {pictures.map((picture) => (
        <li key={picture.url}>
          <button
            type="button"
            aria-label={t("results.open", { name: picture.filename })}
            title={picture.filename}
            draggable={picture.root === "output"}
            onDragStart={(event) => carryPicture(event.dataTransfer, carried(picture))}
            onClick={() => openViewer(picture)}
          >
            <img src={picture.url} alt="" loading="lazy" draggable={false} />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** The picture as a drag tells it: a node takes it by its place among the outputs. */
function carried({ id = 0, url, filename }: Picture): CarriedPicture {
  const path = decodeURIComponent(new URL(url, location.href).pathname.replace("/api/v1/files/output/", ""));
  const subfolder = path.split("/").slice(0, -1).join("/");
  return { id, subfolder, filename, url, workflow: id !== 0 };
}
