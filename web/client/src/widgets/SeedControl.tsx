import { Dices, Lock, Minus, Plus, RotateCcw } from "lucide-react";
import { several } from "@/graph/commands/several";
import { setSeedMode, setWidget } from "@/graph/commands/widgets";
import { nodeIndex, type SeedMode } from "@/graph/document";
import { clampWhole } from "@/graph/seeds";
import { randomSeed } from "@/graph/seedWidgets";
import type { IntegerWidget } from "@/graph/spec";
import { plainWidth } from "@/graph/typed";
import { useWords } from "@/i18n/useWords";
import { run, seedKey, shown, useWorkspace } from "@/state/workflow/workspace";
import { useRefused } from "./useRefused";
import { useTyped } from "./useTyped";
import { useWidgetValue } from "./useWidgetValue";
import type { ControlProps } from "./WidgetControl";
import styles from "./widgets.module.css";

const MODES: { mode: SeedMode; word: string; Icon: typeof Lock }[] = [
  { mode: "fixed", word: "widget.fixed", Icon: Lock },
  { mode: "random", word: "widget.randomise", Icon: Dices },
  { mode: "increment", word: "widget.increment", Icon: Plus },
  { mode: "decrement", word: "widget.decrement", Icon: Minus },
];

/** The seed that will be used, or "Random"; what happens to it after a run; and the last one, to use again. */
export function SeedControl({ node, name, label, widget }: ControlProps<IntegerWidget>) {
  const { t } = useWords();
  const [value, setValue] = useWidgetValue(node, name, widget);
  const mode = useWorkspace((state) => nodeIndex(shown(state)).get(node)?.seeds?.[name] ?? "fixed");
  const last = useWorkspace((state) => state.lastSeeds[seedKey(node, name, shown(state).inside?.definition.id)]);
  const fix = (seed: string) => run(several("edit", [setSeedMode(node, name, "fixed"), setWidget(node, name, seed)]));
  const held = mode === "random" ? t("widget.random") : String(value);
  const [wrong, setWrong] = useRefused(held);
  const { text, type, commit, onKeyDownCapture } = useTyped((given) => {
    const seed = clampWhole(plainWidth(given), widget);
    setWrong(seed === null);
    if (seed === null) return;
    if (mode === "random") fix(seed);
    else setValue(seed);
  });
  const next = MODES[(MODES.findIndex((item) => item.mode === mode) + 1) % MODES.length] ?? MODES[0];
  const current = MODES.find((item) => item.mode === mode);
  const Icon = current?.Icon ?? Lock;
  return (
    <div className={styles.column}>
      <div className={styles.row}>
        <span className={`${styles.label} ${styles.short}`}>{label}</span>
        <input
          type="text"
          inputMode="numeric"
          className={`nodrag ${styles.field}`}
          aria-label={label}
          aria-invalid={wrong}
          title={wrong ? t("widget.invalid") : undefined}
          data-widget={name}
          data-wrong={wrong || undefined}
          value={text ?? held}
          onFocus={(event) => {
            setWrong(false);
            event.currentTarget.select();
          }}
          onChange={(event) => type(event.target.value)}
          onBlur={commit}
          onKeyDownCapture={onKeyDownCapture}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.nativeEvent.isComposing) commit();
          }}
        />
        <button
          type="button"
          className={`nodrag ${styles.small}`}
          title={`${t("widget.seed_mode")}: ${t(current?.word ?? "widget.fixed")}`}
          aria-label={`${t("widget.seed_mode")}: ${t(current?.word ?? "widget.fixed")}`}
          data-seed-mode={mode}
          onClick={() => next !== undefined && run(setSeedMode(node, name, next.mode))}
        >
          <Icon size={14} aria-hidden />
        </button>
      </div>
      <div className={styles.under}>
        {last === undefined || (mode === "fixed" && last === String(value)) ? null : (
          <button type="button" className="nodrag" title={t("widget.reuse", { seed: last })} onClick={() => fix(last)}>
            <RotateCcw size={12} aria-hidden /> {t("widget.reuse", { seed: shorten(last) })}
          </button>
        )}
        {/* At the end, so that it stays under the pointer when the other comes. */}
        <button type="button" className="nodrag" onClick={() => fix(randomSeed())}>
          <Dices size={12} aria-hidden /> {t("widget.roll")}
        </button>
      </div>
    </div>
  );
}

function shorten(seed: string): string {
  return seed.length <= 8 ? seed : `${seed.slice(0, 6)}…`;
}
