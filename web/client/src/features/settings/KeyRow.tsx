import { Plus, RotateCcw, X } from "lucide-react";
import { useState } from "react";
import { useWords } from "@/i18n/useWords";
import { wordsOr } from "@/i18n/words";
import { bind, keysOf, sharersOf, takeStroke, useBindings } from "@/state/commands/bindings";
import type { Command } from "@/state/commands/command";
import { refusalOf } from "@/state/commands/presets";
import { keyLabel, strokeOf } from "@/state/commands/stroke";
import styles from "./Keys.module.css";

type Asking =
  | { kind: "press" }
  | { kind: "refused"; stroke: string; why: "browser" | "ime" }
  | { kind: "taken"; stroke: string; by: readonly Command[] };

/** A command and its keys. */
export function KeyRow({ command }: { command: Command }) {
  const { t } = useWords();
  const bindings = useBindings();
  const [asking, setAsking] = useState<Asking | null>(null);
  const keys = keysOf(command, bindings);
  const own = bindings.own[command.id] !== undefined;
  const title = wordsOr(t, command.title, command.title);
  return (
    <li className={styles.row} data-key-row={command.id}>
      <span className={styles.name}>{title}</span>
      <span className={styles.keys}>
        {keys.map((key) => (
          <kbd key={key}>
            {keyLabel(key)}
            <button
              type="button"
              aria-label={t("settings.keys.remove", { key: keyLabel(key), title })}
              onClick={() =>
                bind(
                  command.id,
                  keys.filter((other) => other !== key),
                )
              }
            >
              <X size={12} aria-hidden />
            </button>
          </kbd>
        ))}
        {keys.length === 0 ? <span className={styles.without}>{t("settings.keys.without")}</span> : null}
      </span>
      <button
        type="button"
        className={styles.icon}
        aria-label={t("settings.keys.add", { title })}
        title={t("settings.keys.add", { title })}
        onClick={() => setAsking({ kind: "press" })}
      >
        <Plus size={14} aria-hidden />
      </button>
      <button
        type="button"
        className={styles.icon}
        aria-label={t("settings.keys.reset", { title })}
        title={t("settings.keys.reset", { title })}
        disabled={!own}
        onClick={() => bind(command.id, null)}
      >
        <RotateCcw size={14} aria-hidden />
      </button>
      {asking === null ? null : <Asker command={command} asking={asking} ask={setAsking} />}
    </li>
  );
}

interface AskerProps {
  command: Command;
  asking: Asking;
  ask: (asking: Asking | null) => void;
}

/** Waits for the new key, and says what stands in its way. */
function Asker({ command, asking, ask }: AskerProps) {
  const { t } = useWords();
  const name = (other: Command) => wordsOr(t, other.title, other.title);
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const stroke = strokeOf(event.nativeEvent);
    if (stroke === null || stroke === "Tab" || stroke === "Shift+Tab") return;
    event.preventDefault();
    event.stopPropagation();
    if (stroke === "Escape") return ask(null);
    const why = refusalOf(stroke);
    if (why !== null) return ask({ kind: "refused", stroke, why });
    const by = sharersOf(stroke, command);
    if (by.length > 0) return ask({ kind: "taken", stroke, by });
    takeStroke(stroke, command);
    ask(null);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a field would write the keys that it is here to read
    <div
      className={styles.asker}
      role="group"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it holds the keyboard until a key is pressed
      tabIndex={0}
      ref={(element) => {
        if (element?.contains(document.activeElement) === false) element.focus();
      }}
      aria-label={t("settings.keys.press", { title: name(command) })}
      data-asking={asking.kind}
      onKeyDown={onKeyDown}
    >
      <span role="status">{sentence(t, asking, name)}</span>
      {asking.kind === "taken" ? (
        <button
          type="button"
          className={styles.button}
          onClick={() => {
            takeStroke(asking.stroke, command);
            ask(null);
          }}
        >
          {t("settings.keys.take")}
        </button>
      ) : null}
      <button type="button" className={styles.button} onClick={() => ask(null)}>
        {t("settings.keys.cancel")}
      </button>
    </div>
  );
}

function sentence(
  t: (key: string, parameters?: Record<string, unknown>) => string,
  asking: Asking,
  name: (command: Command) => string,
): string {
  if (asking.kind === "press") return t("settings.keys.press_now");
  const key = keyLabel(asking.stroke);
  if (asking.kind === "refused") return t(`settings.keys.refused_${asking.why}`, { key });
  return t("settings.keys.taken", { key, by: asking.by.map(name).join(t("settings.keys.and")) });
}
