import { useWords } from "@/i18n/useWords";
import { wordsOr } from "@/i18n/words";
import { keysOf, useBindings } from "@/state/commands/bindings";
import { type Command, GROUPS } from "@/state/commands/command";
import { keyLabel } from "@/state/commands/stroke";
import { useCommands } from "@/state/commands/table";
import { useOverlays } from "@/state/page/overlays";
import { openView } from "@/state/page/views";
import { Dialog } from "@/ui/Dialog";
import styles from "./Help.module.css";

/** What the pointer does, beside what keys do. `~` before a part marks a word to translate. */
const BY_HAND: readonly [action: string, hand: string][] = [
  ["add", "~double_click"],
  ["insert", "~drag"],
  ["box", "Shift+~drag"],
  ["break", "Alt+~click"],
  ["copy", "Ctrl+C, Ctrl+V"],
  ["paste_wires", "Ctrl+Shift+V"],
];

/** The sheet of keys, as they are bound now. */
export default function Help() {
  const { t } = useWords();
  const commands = useCommands((state) => state.list);
  const bindings = useBindings();
  const close = () => useOverlays.setState({ help: false });
  const bound = commands.filter((command) => command.hidden !== true && keysOf(command, bindings).length > 0);
  return (
    <Dialog
      title={t("help.title")}
      className={styles.dialog}
      beside={
        <>
          <button
            type="button"
            className={styles.change}
            onClick={() => {
              close();
              openView("guide");
            }}
          >
            {t("guide.title")}
          </button>
          <button
            type="button"
            className={styles.change}
            onClick={() => useOverlays.setState({ help: false, settings: "keys" })}
          >
            {t("help.change")}
          </button>
        </>
      }
      onClose={close}
    >
      <div className={styles.columns}>
        {GROUPS.map((group) => (
          <Group key={group} name={group} commands={bound.filter((command) => command.group === group)} />
        ))}
        <section>
          <h3>{t("help.by_hand")}</h3>
          <dl>
            {BY_HAND.map(([action, hand]) => (
              <div key={action}>
                <dt>{t(`help.${action}`)}</dt>
                <dd>
                  <kbd>{hand.replace(/~(\w+)/g, (_, word: string) => t(`help.${word}`))}</kbd>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Dialog>
  );
}

function Group({ name, commands }: { name: string; commands: readonly Command[] }) {
  const { t } = useWords();
  const bindings = useBindings();
  if (commands.length === 0) return null;
  return (
    <section>
      <h3>{t(`commands.groups.${name}`)}</h3>
      <dl>
        {commands.map((command) => (
          <div key={command.id}>
            <dt>{wordsOr(t, command.title, command.title)}</dt>
            <dd>
              {keysOf(command, bindings).map((key) => (
                <kbd key={key}>{keyLabel(key)}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
