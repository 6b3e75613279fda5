import { Minus, Pencil, Plus } from "lucide-react";
import { type FaceChange, type LibraryChanges, libraryChanges } from "@/graph/libraryChanges";
import { originOf } from "@/graph/published";
import { subgraphsOf } from "@/graph/subgraphs";
import { useWords } from "@/i18n/useWords";
import { socketType } from "@/i18n/words";
import { update } from "@/state/actions/libraryUpdate";
import { useLibrary } from "@/state/workflow/library";
import { openUpdate } from "@/state/workflow/updating";
import { useWorkspace } from "@/state/workflow/workspace";
import { Dialog } from "@/ui/Dialog";
import dialog from "@/ui/dialog.module.css";
import styles from "./Update.module.css";

const close = () => openUpdate(null);

/** Says what the library's versions of these sub-graphs change in the workflow, before they do. */
export default function UpdateDialog({ ids }: { ids: readonly string[] }) {
  const { t } = useWords();
  const document = useWorkspace((state) => state.history.document);
  const published = useLibrary((state) => state.published);
  const changes = ids.flatMap((id) => {
    const definition = subgraphsOf(document).find((item) => item.id === id);
    const origin = definition === undefined ? null : originOf(definition);
    const now = published.find((item) => item.name === origin?.name);
    return (now === undefined ? null : libraryChanges(document, id, now)) ?? [];
  });
  const agree = (event: React.FormEvent) => {
    event.preventDefault();
    update(changes.map(({ id }) => id));
    close();
  };
  return (
    <Dialog title={t("publish.update")} onClose={close}>
      <form onSubmit={agree}>
        {changes.map((each) => (
          <Changes key={each.id} changes={each} />
        ))}
        <p className={dialog.teach}>{t("publish.update_lead")}</p>
        <footer className={dialog.actions}>
          <button type="button" onClick={close}>
            {t("saving.cancel")}
          </button>
          <button type="submit" data-first className={dialog.main} disabled={changes.length === 0}>
            {t("publish.update_now")}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

function Changes({ changes }: { changes: LibraryChanges }) {
  const { t } = useWords();
  const { title, instances, faces, wires } = changes;
  return (
    <section className={styles.subgraph} aria-label={title}>
      <h3>
        {title}
        <small>{t("publish.used", { count: instances })}</small>
      </h3>
      {faces.length === 0 ? <p>{t("publish.same_faces")}</p> : null}
      <ul>
        {faces.map((change) => (
          <Change key={`${change.face} ${change.kind} ${change.name} ${change.was}`} change={change} />
        ))}
      </ul>
      {wires === 0 ? null : <p className={styles.warning}>{t("publish.cuts", { count: wires })}</p>}
    </section>
  );
}

const ICONS = { gained: Plus, lost: Minus, renamed: Pencil, retyped: Pencil };

function Change({ change }: { change: FaceChange }) {
  const { t } = useWords();
  const { face, kind, name, was = "", type } = change;
  const Icon = ICONS[kind];
  const before = kind === "retyped" ? socketType(t, was) : was;
  return (
    <li data-change={kind} data-face={face}>
      <Icon size={14} aria-hidden />
      <span>{t(`publish.${kind}`, { what: t(`publish.of.${face}`), name, before, type: socketType(t, type) })}</span>
    </li>
  );
}
