import { useEffect, useRef, useState } from "react";
import { useWords } from "@/i18n/useWords";
import { openSaved } from "@/state/actions/shelf";
import { useCatalogue } from "@/state/nodes/catalogue";
import { openView, type ViewProps } from "@/state/page/views";
import { useWorkspace } from "@/state/workflow/workspace";
import { Fields } from "./Fields";
import styles from "./Form.module.css";
import { FormBar } from "./FormBar";
import { FormEditor } from "./FormEditor";
import { FormResult } from "./FormResult";
import { focusTaken } from "./flip";
import { RunBar } from "./RunBar";
import { useShownForm } from "./useShownForm";

/** The form of the open workflow, or with a name, of a saved one: that is what a shared link opens. */
export default function FormView({ path }: ViewProps) {
  const { t } = useWords();
  const loaded = useCatalogue((state) => state.loaded);
  const opened = useWorkspace((state) => state.opened);
  const [state, setState] = useState<"waiting" | "ready" | "failed">(path === "" ? "ready" : "waiting");
  const asked = useRef(false);
  const begun = loaded && opened > 0;
  useEffect(() => {
    if (!begun || asked.current || path === "") return;
    asked.current = true;
    void openSaved(path).then((found) => setState(found ? "ready" : "failed"));
  }, [begun, path]);
  if (state === "failed") {
    return (
      <div className={styles.message}>
        <p role="alert">{t("form.not_found", { name: path })}</p>
        <button type="button" onClick={() => openView("form")}>
          {t("form.open_current")}
        </button>
      </div>
    );
  }
  if (!begun || state === "waiting") return <p className={styles.message}>{t("form.loading")}</p>;
  return <Form shared={path !== ""} />;
}

/** Fields refer to the outer canvas: the form is filled in from there, wherever the person was. */
function Form({ shared }: { shared: boolean }) {
  const { t } = useWords();
  const [editing, setEditing] = useState(false);
  const page = useRef<HTMLDivElement>(null);
  const form = useShownForm();
  useEffect(() => {
    useWorkspace.setState((state) => (state.path.length === 0 ? {} : { path: [] }));
    focusTaken(page.current);
  }, []);
  const nothing = form.outputs.length === 0 && form.groups.every(({ fields }) => fields.length === 0);
  return (
    <div ref={page} className={styles.form} data-editing={editing || undefined}>
      <FormBar shared={shared} editing={editing} onEdit={() => setEditing(!editing)} />
      {editing ? (
        <FormEditor form={form} />
      ) : nothing ? (
        <div className={styles.message}>
          <p>{t("form.empty")}</p>
          <button type="button" onClick={() => setEditing(true)}>
            {t("form.choose")}
          </button>
        </div>
      ) : (
        <div className={styles.columns}>
          <Fields form={form} />
          <FormResult form={form} />
        </div>
      )}
      {editing ? null : <RunBar />}
    </div>
  );
}
