import { Check } from "lucide-react";
import { useState } from "react";
import { replaceFile, replaceType } from "@/graph/commands/replace";
import { type MissingModel, type MissingType, missingModels, missingTypes } from "@/graph/missing";
import { useWords } from "@/i18n/useWords";
import { typeTitle } from "@/i18n/words";
import { currentCatalogue, useKnownTypes } from "@/state/nodes/catalogue";
import { speak } from "@/state/page/notices";
import { useSaving } from "@/state/workflow/saving";
import { run, shown, useWorkspace } from "@/state/workflow/workspace";
import { Dialog } from "@/ui/Dialog";
import dialog from "@/ui/dialog.module.css";
import styles from "./Missing.module.css";

const close = () => useSaving.setState({ missing: false });

/** What the open workflow lacks here, and what could stand in; each choice is one step of Undo. */
export default function MissingDialog() {
  const { t } = useWords();
  const document = useWorkspace(shown);
  const catalogue = useKnownTypes();
  const types = missingTypes(document, catalogue);
  const models = missingModels(document, catalogue);
  return (
    <Dialog title={t("missing.title")} className={styles.dialog} onClose={close}>
      {types.length + models.length === 0 ? (
        <p className={styles.done} role="status">
          <Check size={16} aria-hidden /> {t("missing.none")}
        </p>
      ) : null}
      {types.map((item) => (
        <TypeRow key={item.type} item={item} />
      ))}
      {models.map((item) => (
        <ModelRow key={`${item.folder}/${item.file}`} item={item} />
      ))}
      <footer className={dialog.actions}>
        <button type="button" onClick={(event) => event.currentTarget.closest("dialog")?.close()}>
          {t("missing.close")}
        </button>
      </footer>
    </Dialog>
  );
}

function TypeRow({ item }: { item: MissingType }) {
  const { t } = useWords();
  const catalogue = currentCatalogue();
  const all = [...catalogue.keys()].sort();
  const words = (type: string) => `${typeTitle(t, catalogue.get(type), type)} · ${type}`;
  const count = item.nodes.length;
  return (
    <Row
      name={item.type}
      note={[t("missing.node", { count }), item.pack === null ? "" : t("missing.pack", { pack: item.pack })].join(" ")}
      likely={item.instead}
      all={all.filter((type) => !item.instead.includes(type))}
      words={words}
      act={(type) => {
        run(
          replaceType(
            item.nodes.map((node) => node.id),
            type,
            catalogue,
          ),
        );
        speak(t("missing.replaced", { name: item.type, by: type }));
      }}
    />
  );
}

function ModelRow({ item }: { item: MissingModel }) {
  const { t } = useWords();
  const note = t(item.sameName ? "missing.same_name" : "missing.model", {
    folder: item.folder,
    count: item.uses.length,
  });
  return (
    <Row
      name={item.file}
      note={note}
      likely={item.instead}
      all={[]}
      words={(file) => file}
      act={(file) => {
        run(replaceFile(item.uses, file));
        speak(t("missing.replaced", { name: item.file, by: file }));
      }}
    />
  );
}

interface RowProps {
  name: string;
  note: string;
  likely: readonly string[];
  all: readonly string[];
  words: (choice: string) => string;
  act: (choice: string) => void;
}

function Row({ name, note, likely, all, words, act }: RowProps) {
  const { t } = useWords();
  const [choice, setChoice] = useState(likely[0] ?? "");
  const option = (value: string) => (
    <option key={value} value={value}>
      {words(value)}
    </option>
  );
  return (
    <section className={styles.row} data-missing={name}>
      <div>
        <strong>{name}</strong>
        <span>{note}</span>
      </div>
      {likely.length + all.length === 0 ? (
        <span>{t("missing.nothing_here")}</span>
      ) : (
        <div className={styles.choice}>
          <select
            aria-label={t("missing.instead_of", { name })}
            value={choice}
            onChange={(event) => setChoice(event.target.value)}
          >
            {choice === "" ? <option value="">{t("missing.choose")}</option> : null}
            {likely.map(option)}
            {all.length === 0 ? null : <optgroup label={t("missing.all")}>{all.map(option)}</optgroup>}
          </select>
          <button type="button" disabled={choice === ""} onClick={() => act(choice)}>
            {t("missing.replace")}
          </button>
        </div>
      )}
    </section>
  );
}
