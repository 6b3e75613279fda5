import { useWords } from "@/i18n/useWords";
import { addressOf, papersIn } from "./citations";
import styles from "./Papers.module.css";

/** The papers that a text cites, by their titles; nothing when it cites none. */
export function Papers({ text }: { text: string }) {
  const { t } = useWords();
  const papers = papersIn(text);
  if (papers.length === 0) return null;
  return (
    <>
      <h4 className={styles.title}>{t("papers")}</h4>
      <ul className={styles.papers}>
        {papers.map(({ cited, id, title }) => (
          <li key={cited}>
            <a href={addressOf(id)} target="_blank" rel="noreferrer" lang="en">
              {title}
            </a>
            <small lang="en">{cited.replace(/, ".*"$/, "")}</small>
          </li>
        ))}
      </ul>
    </>
  );
}
