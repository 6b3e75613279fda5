import { X } from "lucide-react";
import { useWords } from "@/i18n/useWords";
import { useOverlays } from "@/state/overlays";
import { Modal } from "@/ui/Modal";
import styles from "./Help.module.css";

/** Keys by action. `~` before a part marks a word to translate. */
const KEYS: [action: string, keys: string[]][] = [
  ["add", ["~double_click", "Shift+A"]],
  ["run", ["Ctrl+Enter"]],
  ["front", ["Ctrl+Shift+Enter"]],
  ["stop", ["Ctrl+Alt+Enter"]],
  ["queue", ["Q"]],
  ["undo", ["Ctrl+Z"]],
  ["redo", ["Ctrl+Shift+Z", "Ctrl+Y"]],
  ["copy", ["Ctrl+C", "Ctrl+V"]],
  ["paste_wires", ["Ctrl+Shift+V"]],
  ["duplicate", ["Ctrl+D", "Shift+D"]],
  ["delete", ["Del", "Backspace"]],
  ["select_all", ["Ctrl+A"]],
  ["box", ["Shift+~drag"]],
  ["break", ["Alt+~click"]],
  ["frame", ["Ctrl+G"]],
  ["bypass", ["Ctrl+B"]],
  ["mute", ["Ctrl+M"]],
  ["collapse", ["Alt+C"]],
  ["pin", ["P"]],
  ["rename", ["F2"]],
  ["fit", ["Shift+1", "Home"]],
  ["fit_selected", ["F", "."]],
  ["full", ["Shift+0"]],
  ["minimap", ["Alt+M"]],
  ["reload", ["R"]],
  ["save", ["Ctrl+S"]],
  ["open", ["Ctrl+O"]],
  ["help", ["?"]],
];

/** The list of keys. */
export function Help() {
  const { t } = useWords();
  const open = useOverlays((state) => state.help);
  const words = (keys: string) => keys.replace(/~(\w+)/g, (_, key: string) => t(`help.${key}`));
  if (!open) return null;
  const close = () => useOverlays.setState({ help: false });
  return (
    <Modal label={t("help.title")} className={styles.dialog} onClose={close}>
      <header>
        <h2 className={styles.title}>{t("help.title")}</h2>
        <button type="button" aria-label={t("help.close")} onClick={close}>
          <X size={16} aria-hidden />
        </button>
      </header>
      <dl>
        {KEYS.map(([action, keys]) => (
          <div key={action}>
            <dt>{t(`help.${action}`)}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{words(key)}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
