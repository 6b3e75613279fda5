import { useState } from "react";
import { useWords } from "@/i18n/useWords";
import { askName, type NameRequest } from "@/state/naming";
import { Modal } from "@/ui/Modal";
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
    <Modal label={t(request.title)} className={styles.dialog} onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          keep(name);
        }}
      >
        <h2>{t(request.title)}</h2>
        {choosing ? (
          <select
            aria-label={t("named.name")}
            size={Math.min(Math.max(request.choices.length, 2), 8)}
            // biome-ignore lint/a11y/noAutofocus: the dialog is asked for in order to choose here
            autoFocus
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
            // biome-ignore lint/a11y/noAutofocus: the dialog is asked for in order to type here
            autoFocus
            value={name}
            maxLength={60}
            onFocus={(event) => event.currentTarget.select()}
            onChange={(event) => setName(event.target.value)}
          />
        )}
        <footer>
          <button type="button" className={styles.quiet} onClick={close}>
            {t("named.cancel")}
          </button>
          <button type="submit" className={styles.keep} disabled={name.trim() === ""}>
            {t("named.keep")}
          </button>
        </footer>
      </form>
    </Modal>
  );
}
