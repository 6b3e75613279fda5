import { useEffect, useState } from "react";
import { getSavedWorkflows } from "@/api/workflows";
import { describeSaved } from "@/graph/commands/extra";
import { useWords } from "@/i18n/useWords";
import { templateWords } from "@/i18n/words";
import { fileName } from "@/state/actions/files";
import { saveUnder } from "@/state/actions/shelf";
import { useSaving } from "@/state/workflow/saving";
import { activeTab } from "@/state/workflow/tabs";
import { wholeDocument } from "@/state/workflow/workspace";
import { Dialog } from "@/ui/Dialog";
import dialog from "@/ui/dialog.module.css";

const close = () => useSaving.setState({ asking: false });

/** Asks for the name to save by, the folder and tags. */
export default function SaveAsDialog() {
  const { t } = useWords();
  const saved = activeTab().name;
  const [first] = useState(saved ?? fileName(templateWords(t, wholeDocument().title)));
  const [name, setName] = useState(first);
  const [tags, setTags] = useState(tagsOf().join(", "));
  const [wrong, setWrong] = useState<string | null>(null);
  const folders = useFolders();
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    const wanted = tags.split(/[,，、]/).map((tag) => tag.trim());
    const list = [...new Set(wanted.filter((tag) => tag !== ""))];
    const clean = name.trim().replaceAll("\\", "/");
    // Another name is what the workflow is called from now on.
    const title = leafOf(clean) === leafOf(first) ? null : leafOf(clean);
    setWrong(await saveUnder(clean, clean === saved ? activeTab().revision : null, describeSaved(title, list)));
  };
  return (
    <Dialog title={t("saving.as")} onClose={close}>
      <form onSubmit={(event) => void submit(event)}>
        <label className={dialog.field}>
          <span>{t("saving.name")}</span>
          <input
            data-first
            required
            maxLength={200}
            list="folders"
            value={name}
            onFocus={(event) => event.target.select()}
            onChange={(event) => setName(event.target.value)}
          />
          <small>{t("saving.folder_hint")}</small>
        </label>
        <datalist id="folders">
          {folders.map((folder) => (
            <option key={folder} value={`${folder}/${leafOf(name)}`} />
          ))}
        </datalist>
        <label className={dialog.field}>
          <span>{t("saving.tags")}</span>
          <input value={tags} maxLength={400} onChange={(event) => setTags(event.target.value)} />
        </label>
        {wrong === null ? null : (
          <p className={dialog.wrong} role="alert">
            {wrong}
          </p>
        )}
        <footer className={dialog.actions}>
          <button type="button" onClick={close}>
            {t("saving.cancel")}
          </button>
          <button type="submit" className={dialog.main}>
            {t("menu.save")}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

const leafOf = (name: string) => name.split("/").at(-1) ?? name;

function tagsOf(): string[] {
  const { tags } = wholeDocument().extra;
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
}

/** The folders there are, to choose from. */
function useFolders(): readonly string[] {
  const [folders, setFolders] = useState<readonly string[]>([]);
  useEffect(() => {
    void getSavedWorkflows().then(
      (found) =>
        setFolders([
          ...new Set(found.flatMap(({ name }) => (name.includes("/") ? [name.replace(/\/[^/]*$/, "")] : []))),
        ]),
      () => undefined,
    );
  }, []);
  return folders;
}
