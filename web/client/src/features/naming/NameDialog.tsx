import { useState } from "react";
import { useWords } from "@/i18n/useWords";
import { askName, type NameRequest } from "@/state/canvas/naming";
import { Dialog } from "@/ui/Dialog";
import dialog from "@/ui/dialog.module.css";
import styles from "./Naming.module.css";

const close = () => askName(null);

/** Asks for the name of a wire: typed, or chosen among those that are sent. */
export default function NameDialog({ request }: { request: NameRequest }) {
  const { t } = useWords();
  const [name, setName] = useState(request.value);
  const choosing = request.choices.length > 0;
  const keep = (chosen: string) => {
    if (chosen.trim() === "") return;
    close();
    request.keep(chosen.trim());
  };
  return (
    <Dialog title={t(request.title)} className={styles.dialog} onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          keep(name);
        }}
      >
        <div className={dialog.field}>
          {choosing ? (
            <select
              aria-label={t("named.name")}
              size={Math.min(Math.max(request.choices.length, 2), 8)}
              data-first
              value={name}
              onChange={(event) => setName(event.target.value)}
              onDoubleClick={() => keep(name)}
              onKeyDown={(event) => {
                if (event.key === "Enter") keep(name);
              }}
            >
              {request.choices.map((choice) => (
                <option key={choice}>{choice}</option>
              ))}
            </select>
          ) : (
            <input
              type="text"
              aria-label={t("named.name")}
              data-first
              value={name}
              maxLength={60}
              onFocus={(event) => event.currentTarget.select()}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </div>
        <footer className={dialog.actions}>
          <button type="button" onClick={close}>
            {t("named.cancel")}
          </button>
          <button type="submit" className={dialog.main} disabled={name.trim() === ""}>
            {t("named.keep")}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
