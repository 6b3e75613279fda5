import { useWords } from "@/i18n/useWords";
import { openViewer } from "@/state/overlays";
import { usePictures } from "@/state/pictures";
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
            onClick={() => openViewer(picture)}
          >
            <img src={picture.url} alt="" loading="lazy" draggable={false} />
          </button>
        </li>
      ))}
    </ul>
  );
}
