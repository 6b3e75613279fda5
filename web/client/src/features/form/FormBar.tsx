import { Link, Pencil, Redo2, Undo2, Workflow } from "lucide-react";
import { useWords } from "@/i18n/useWords";
import { templateWords } from "@/i18n/words";
import { saveWorkflow } from "@/state/actions/shelf";
import { useKeyOf, withKey } from "@/state/commands/bindings";
import { notify } from "@/state/page/notices";
import { activeTab } from "@/state/workflow/tabs";
import { redoEdit, undoEdit, useWorkspace } from "@/state/workflow/workspace";
import styles from "./Form.module.css";
import { flip } from "./flip";

interface Props {
  /** Opened by a link: the canvas behind it is not offered. */
  shared: boolean;
  editing: boolean;
  onEdit: () => void;
}

/** The workflow's title, undo, and the ways on: edit, share, canvas. */
export function FormBar({ shared, editing, onEdit }: Props) {
  const { t } = useWords();
  const title = useWorkspace((state) => state.history.document.title);
  const canUndo = useWorkspace((state) => state.history.past.length > 0);
  const flipKey = useKeyOf("form.flip");
  const canRedo = useWorkspace((state) => state.history.future.length > 0);
  return (
    <header className={styles.bar}>
      <h1>{title === "" ? t("app.untitled") : templateWords(t, title)}</h1>
      <button
        type="button"
        className={styles.icon}
        aria-label={t("menu.undo")}
        title={t("menu.undo")}
        disabled={!canUndo}
        onClick={undoEdit}
      >
        <Undo2 size={18} aria-hidden />
      </button>
      <button
        type="button"
        className={styles.icon}
        aria-label={t("menu.redo")}
        title={t("menu.redo")}
        disabled={!canRedo}
        onClick={redoEdit}
      >
        <Redo2 size={18} aria-hidden />
      </button>
      {shared ? null : (
        <>
          <button type="button" aria-pressed={editing} title={t("form.edit")} onClick={onEdit}>
            <Pencil size={16} aria-hidden /> <span>{t(editing ? "form.done" : "form.edit")}</span>
          </button>
          <button type="button" title={t("form.share")} onClick={() => void share(t)}>
            <Link size={16} aria-hidden /> <span>{t("form.share")}</span>
          </button>
          <button type="button" title={withKey(t("form.canvas"), flipKey)} onClick={flip}>
            <Workflow size={16} aria-hidden /> <span>{t("form.canvas")}</span>
          </button>
        </>
      )}
    </header>
  );
}

/** A link opens what is saved: a workflow without a name is saved first. */
async function share(t: (key: string, parameters?: Record<string, unknown>) => string): Promise<void> {
  const { name } = activeTab();
  if (name === null) {
    notify("info", t("form.save_first"));
    await saveWorkflow();
    return;
  }
  const link = `${location.origin}/#/form/${encodeURIComponent(name)}`;
  try {
    await saveWorkflow();
    await navigator.clipboard.writeText(link);
    notify("info", t("form.copied"));
  } catch {
    // Without leave to write the clipboard, the link can still be taken from the message.
    notify("warning", link);
  }
}
