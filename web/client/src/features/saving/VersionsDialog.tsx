import { useEffect, useState } from "react";
import { ApiError } from "@/api/client";
import { getSavedWorkflow, getVersion, getVersions, type WorkflowVersion } from "@/api/workflows";
import type { WorkflowDocument } from "@/graph/document";
import { readDocument } from "@/graph/io/read";
import { useWords } from "@/i18n/useWords";
import { restoreVersion } from "@/state/actions/shelf";
import { useFigures } from "@/state/page/figures";
import { notify } from "@/state/page/notices";
import { useSaving } from "@/state/workflow/saving";
import { activeTab } from "@/state/workflow/tabs";
import { wholeDocument } from "@/state/workflow/workspace";
import { Dialog } from "@/ui/Dialog";
import dialog from "@/ui/dialog.module.css";
import { Differences } from "./Differences";
import styles from "./Saving.module.css";

const close = () => useSaving.setState({ versions: null });

/** Earlier states of a saved workflow, and how each differs from what is open now. */
export default function VersionsDialog({ name }: { name: string }) {
  const { t } = useWords();
  const figures = useFigures();
  const { versions, present } = useVersions(name);
  const [number, setNumber] = useState<number | null>(null);
  const shown = number ?? versions?.[0]?.number ?? null;
  const version = useVersion(name, shown);
  return (
    <Dialog title={`${t("versions.title")} · ${name}`} className={styles.wide} onClose={close}>
      {versions !== null && versions.length === 0 ? <p className={dialog.teach}>{t("versions.none")}</p> : null}
      <div className={styles.versions}>
        <ul className={styles.list} aria-label={t("versions.title")}>
          {(versions ?? []).map((item) => (
            <li key={item.number}>
              <button type="button" aria-pressed={item.number === shown} onClick={() => setNumber(item.number)}>
                <strong>{t("versions.number", { number: item.number })}</strong>
                <span>{figures.moment(item.saved)}</span>
              </button>
            </li>
          ))}
        </ul>
        {version === null || present === null ? null : <Differences key={shown} before={version} after={present} />}
      </div>
      {shown === null ? null : (
        <footer className={dialog.actions}>
          <button type="button" className={dialog.main} onClick={() => void restoreVersion(name, shown)}>
            {t("versions.restore", { number: shown })}
          </button>
        </footer>
      )}
    </Dialog>
  );
}

/** The list, and what to compare with: what is open, or else what is saved. */
function useVersions(name: string) {
  const { t } = useWords();
  const [versions, setVersions] = useState<readonly WorkflowVersion[] | null>(null);
  const [present, setPresent] = useState<WorkflowDocument | null>(null);
  useEffect(() => {
    const open = activeTab().name === name ? wholeDocument() : null;
    const read = async () => {
      setVersions(await getVersions(name));
      setPresent(open ?? readDocument((await getSavedWorkflow(name)).workflow));
    };
    read().catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      notify("error", error.status === 0 ? t("connection.no_answer") : error.message);
    });
  }, [name, t]);
  return { versions, present };
}

function useVersion(name: string, number: number | null): WorkflowDocument | null {
  const [version, setVersion] = useState<WorkflowDocument | null>(null);
  useEffect(() => {
    let wanted = true;
    setVersion(null);
    if (number === null) return;
    void getVersion(name, number).then(
      ({ workflow }) => wanted && setVersion(readDocument(workflow)),
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [name, number]);
  return version;
}
