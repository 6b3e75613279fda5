import { BUILT_IN, type NodeSpec } from "@/graph/spec";
import { useWords } from "@/i18n/useWords";
import { typeHelp } from "@/i18n/words";
import { usePreferences } from "@/state/page/preferences";
import { Linked } from "@/ui/Linked";
import { Papers } from "@/ui/Papers";
import styles from "./Inspector.module.css";
import { Part } from "./Part";

/** What a node type does: in the reader's language in short, and the author's whole words with links to papers. */
export function NodeHelp({ spec }: { spec: NodeSpec }) {
  const { t } = useWords();
  const english = usePreferences((state) => state.language === "en");
  const short = typeHelp(t, spec);
  const [first, ...rest] = spec.description.split("\n\n");
  const long = english && short === first ? rest : [first ?? "", ...rest];
  const ours = spec.source === BUILT_IN;
  const words = long.filter((paragraph) => paragraph !== "" && paragraph !== short);
  return (
    <Part title={t("inspector.help")} name="help">
      {short === "" ? null : <Linked text={short} ours={ours} />}
      {words.length === 0 ? null : english ? (
        words.map((paragraph) => <Linked key={paragraph} text={paragraph} ours={ours} />)
      ) : (
        <details>
          <summary>{t("inspector.english")}</summary>
          <div lang="en">
            {words.map((paragraph) => (
              <Linked key={paragraph} text={paragraph} ours={ours} />
            ))}
          </div>
        </details>
      )}
      {ours ? <Papers text={spec.description} /> : null}
      <p className={styles.source}>
        <code>{spec.id}</code> · {t("inspector.version", { version: spec.version })} · {spec.source}
      </p>
    </Part>
  );
}
