import { useState } from "react";
import { originOf } from "@/graph/published";
import { nodesOf, type Subgraph } from "@/graph/subgraphs";
import { useWords } from "@/i18n/useWords";
import { publish } from "@/state/actions/library";
import { useLibrary } from "@/state/workflow/library";
import { openPublish } from "@/state/workflow/publishing";
import { Dialog } from "@/ui/Dialog";
import dialog from "@/ui/dialog.module.css";

const close = () => openPublish(null);

interface Props {
  definition: Subgraph;
  /** The node whose values new ones begin with. */
  instance: string | null;
}

/** Asks what to call a sub-graph in the library, and says what it would replace there. */
export default function PublishDialog({ definition, instance }: Props) {
  const { t } = useWords();
  const library = useLibrary((state) => state.published);
  const origin = originOf(definition);
  const known = library.find((item) => item.name === origin?.name);
  const [name, setName] = useState(known?.name ?? definition.title.replaceAll("/", "-"));
  const [description, setDescription] = useState(known?.description ?? "");
  const [wrong, setWrong] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const clean = name.trim().replaceAll("\\", "/");
  const replaced = library.find((item) => item.name === clean);
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    setSending(true);
    setWrong(await publish(definition, instance, clean, description.trim()));
    setSending(false);
  };
  return (
    <Dialog title={t("publish.title")} onClose={close}>
      <form onSubmit={(event) => void submit(event)}>
        <p className={dialog.teach}>{t("publish.lead", { count: nodesOf(definition).length })}</p>
        <label className={dialog.field}>
          <span>{t("saving.name")}</span>
          <input
            data-first
            required
            maxLength={200}
            value={name}
            onFocus={(event) => event.target.select()}
            onChange={(event) => setName(event.target.value)}
          />
          <small>{t("publish.folder_hint")}</small>
        </label>
        <label className={dialog.field}>
          <span>{t("publish.description")}</span>
          <textarea
            rows={3}
            maxLength={2000}
            value={description}
            placeholder={t("publish.description_hint")}
            onChange={(event) => setDescription(event.target.value)}
          />
        </label>
        {replaced === undefined ? null : (
          <p className={dialog.note} role="status">
            {t(replaced.name === origin?.name ? "publish.new_version" : "publish.replaces", { name: clean })}
          </p>
        )}
        {wrong === null ? null : (
          <p className={dialog.wrong} role="alert">
            {wrong}
          </p>
        )}
        <footer className={dialog.actions}>
          <button type="button" onClick={close}>
            {t("saving.cancel")}
          </button>
          <button type="submit" className={dialog.main} disabled={sending || clean === ""}>
            {t(replaced === undefined ? "publish.publish" : "publish.replace")}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
