import { Check, ChevronDown, Play, Square } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useEffect, useState } from "react";
import { useWords } from "@/i18n/useWords";
import { toggleAutoRun } from "@/state/actions/autoRun";
import { runDocument, stopRun } from "@/state/actions/submit";
import { useKeyOf, withKey } from "@/state/commands/bindings";
import { useOverlays } from "@/state/page/overlays";
import { useAutoRun } from "@/state/runs/autoRun";
import { chooseRunCount, MOST_RUNS, useRunCount } from "@/state/runs/runCount";
import { useRuns } from "@/state/runs/runs";
import { isActive } from "@/state/runs/runView";
import { useSelection } from "@/state/workflow/selection";
import { useWorkspace } from "@/state/workflow/workspace";
import menu from "@/ui/menu.module.css";
import { AutoRunChip } from "./AutoRunChip";
import styles from "./RunButtons.module.css";

const SAID_MS = 600;

/** Run ▾ and Stop, side by side, always both there, so that nothing shifts when a run begins. */
export function RunButtons() {
  const { t } = useWords();
  const active = useRuns((state) => isActive(state.view) || state.waiting.length > 0);
  const empty = useWorkspace((state) => state.history.document.nodes.length === 0);
  const selected = useSelection((state) => state.nodes);
  const said = useQueuedWord();
  const auto = useAutoRun((state) => state.mode);
  const count = useRunCount((state) => state.count);
  const runKey = useKeyOf("run.run");
  const frontKey = useKeyOf("run.front");
  const selectedKey = useKeyOf("run.to_selected");
  const stopKey = useKeyOf("run.stop");
  return (
    <div className={styles.group}>
      {auto === "off" ? <RunCount /> : <AutoRunChip />}
      <div className={styles.split}>
        <button
          type="button"
          className={styles.run}
          title={withKey(t("run.run"), runKey)}
          disabled={empty}
          onClick={() => void runDocument({ count })}
        >
          <Play size={14} fill="currentColor" aria-hidden />
          <span>{said ?? t("run.run")}</span>
        </button>
        <DropdownMenu.Root modal={false}>
          <DropdownMenu.Trigger
            className={styles.more}
            aria-label={t("run.options")}
            title={t("run.options")}
            disabled={empty}
          >
            <ChevronDown size={14} aria-hidden />
          </DropdownMenu.Trigger>
          <DropdownMenu.Portal>
            <DropdownMenu.Content className={menu.menu} align="end" sideOffset={6}>
              <DropdownMenu.Item className={menu.item} onSelect={() => void runDocument({ front: true, count })}>
                <span>{t("run.front")}</span>
                <kbd>{frontKey}</kbd>
              </DropdownMenu.Item>
              <DropdownMenu.Item
                className={menu.item}
                disabled={selected.length === 0}
                onSelect={() => void runDocument({ part: { upTo: selected }, count })}
              >
                <span>{t("run.to_selected")}</span>
                <kbd>{selectedKey}</kbd>
              </DropdownMenu.Item>
              <DropdownMenu.Item
                className={menu.item}
                disabled={selected.length === 0}
                onSelect={() => void runDocument({ part: { from: selected }, count })}
              >
                <span>{t("run.from_selected")}</span>
              </DropdownMenu.Item>
              <DropdownMenu.Separator className={menu.separator} />
              {(["change", "forever"] as const).map((mode) => (
                <DropdownMenu.CheckboxItem
                  key={mode}
                  className={menu.item}
                  checked={auto === mode}
                  onCheckedChange={() => toggleAutoRun(mode)}
                >
                  <span>{t(`run.auto.on_${mode}`)}</span>
                  <DropdownMenu.ItemIndicator>
                    <Check size={14} aria-hidden />
                  </DropdownMenu.ItemIndicator>
                </DropdownMenu.CheckboxItem>
              ))}
              <DropdownMenu.Separator className={menu.separator} />
              <DropdownMenu.Item className={menu.item} onSelect={() => useOverlays.setState({ batchDialog: true })}>
                <span>{t("run.vary")}</span>
              </DropdownMenu.Item>
            </DropdownMenu.Content>
          </DropdownMenu.Portal>
        </DropdownMenu.Root>
      </div>
      <button
        type="button"
        className={styles.stop}
        title={withKey(t("run.stop"), stopKey)}
        aria-label={t("run.stop")}
        disabled={!active && auto === "off"}
        onClick={() => void stopRun()}
      >
        <Square size={14} fill="currentColor" aria-hidden />
      </button>
    </div>
  );
}

/** How many times Run queues: typed, or stepped with ↑ ↓. */
function RunCount() {
  const { t } = useWords();
  const count = useRunCount((state) => state.count);
  const [text, setText] = useState<string | null>(null);
  const commit = () => {
    if (text !== null) chooseRunCount(Number(text));
    setText(null);
  };
  const step = (by: number) => {
    chooseRunCount(count + by);
    setText(null);
  };
  return (
    <label className={styles.count} title={t("run.count")}>
      <span aria-hidden>×</span>
      <input
        type="text"
        inputMode="numeric"
        role="spinbutton"
        aria-label={t("run.count")}
        aria-valuenow={count}
        aria-valuemin={1}
        aria-valuemax={MOST_RUNS}
        value={text ?? String(count)}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === "ArrowUp") step(1);
          else if (event.key === "ArrowDown") step(-1);
          else if (event.key === "Enter" && !event.nativeEvent.isComposing) commit();
          else return;
          event.preventDefault();
        }}
      />
    </label>
  );
}

/** "Queued · 2" for a moment after a press; null otherwise. */
function useQueuedWord(): string | null {
  const { t } = useWords();
  const count = useRuns((state) => state.waiting.length + (isActive(state.view) ? 1 : 0));
  const [shown, setShown] = useState<number | null>(null);
  const [before, setBefore] = useState(count);
  if (count !== before) {
    setBefore(count);
    setShown(count > before ? count : null);
  }
  useEffect(() => {
    if (shown === null) return;
    const timer = setTimeout(() => setShown(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [shown]);
  return shown === null ? null : t("run.queued", { count: shown });
}
