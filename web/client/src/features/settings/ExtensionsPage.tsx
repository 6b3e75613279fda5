import { useWords } from "@/i18n/useWords";
import { isWanted, type KnownExtension, useExtensions, wantExtension } from "@/state/page/extensions";
import { Switch } from "./fields";
import styles from "./Settings.module.css";

/** What plug-ins bring to the page, each with its switch. */
export function ExtensionsPage() {
  const { t } = useWords();
  const { list, safe } = useExtensions();
  return (
    <>
      <p className={styles.lead}>{t(list.length === 0 ? "extensions.none" : "extensions.lead")}</p>
      {safe ? (
        <p className={styles.refused} role="status">
          {t("extensions.safe")}
        </p>
      ) : null}
      {list.map((item) => (
        <Row key={item.name} item={item} safe={safe} />
      ))}
    </>
  );
}

function Row({ item, safe }: { item: KnownExtension; safe: boolean }) {
  const { t } = useWords();
  const on = item.problem === "" && (safe ? isWanted(item) : item.state !== "off");
  return (
    <div data-extension={item.name} data-state={item.state}>
      <Switch
        label={item.title}
        help={t(`extensions.state.${item.state}`, { name: item.name, api: item.api })}
        on={on}
        disabled={item.problem !== "" || safe}
        turn={(wanted) => wantExtension(item.name, wanted)}
      />
      {item.error === "" ? null : <pre className={styles.error}>{item.error}</pre>}
    </div>
  );
}
