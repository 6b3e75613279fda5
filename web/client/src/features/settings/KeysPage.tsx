import { RotateCcw } from "lucide-react";
import { useMemo, useState } from "react";
import type { Translate } from "@/i18n/i18n";
import { matchScore } from "@/i18n/match";
import { useEveryLanguage, useWords } from "@/i18n/useWords";
import { wordsOr } from "@/i18n/words";
import { choosePreset, keysOf, unbindAll, useBindings } from "@/state/commands/bindings";
import { type Command, GROUPS } from "@/state/commands/command";
import type { PresetName } from "@/state/commands/presets";
import { keyLabel } from "@/state/commands/stroke";
import { useCommands } from "@/state/commands/table";
import { notify } from "@/state/page/notices";
import { prefer, usePreferences } from "@/state/page/preferences";
import { SearchField } from "@/ui/SearchField";
import { Choice, Switch } from "./fields";
import { KeyRow } from "./KeyRow";
import styles from "./Keys.module.css";

const NAMES: readonly PresetName[] = ["default", "comfyui", "blender"];

/** Every command with its keys: searched by name or by key, changed by pressing the new one. */
export function KeysPage() {
  const { t } = useWords();
  const commands = useCommands((state) => state.list);
  const speakers = useEveryLanguage();
  const bindings = useBindings();
  const singleKeys = usePreferences((state) => state.singleKeys);
  const [query, setQuery] = useState("");
  const shown = useMemo(
    () => commands.filter((command) => matches(speakers, command, query.trim(), keysOf(command, bindings))),
    [speakers, commands, query, bindings],
  );
  const resetAll = () => {
    const undo = unbindAll();
    notify("info", t("settings.keys.all_reset"), { label: t("queue.undo"), act: undo });
  };
  return (
    <>
      <Choice
        label={t("settings.keys.preset")}
        value={bindings.preset}
        options={NAMES.map((name) => [name, t(`settings.keys.presets.${name}`)] as const)}
        choose={choosePreset}
      />
      <Switch
        label={t("settings.keys.single")}
        help={t("settings.keys.single_help")}
        on={singleKeys}
        turn={(on) => prefer({ singleKeys: on })}
      />
      <div className={styles.bar}>
        <SearchField className={styles.search} label={t("settings.keys.search")} value={query} onChange={setQuery} />
        <button
          type="button"
          className={styles.button}
          disabled={Object.keys(bindings.own).length === 0}
          onClick={resetAll}
        >
          <RotateCcw size={14} aria-hidden />
          {t("settings.keys.reset_all")}
        </button>
      </div>
      {GROUPS.map((group) => {
        const members = shown.filter((command) => command.group === group);
        return members.length === 0 ? null : (
          <section key={group} className={styles.group}>
            <h3>{t(`commands.groups.${group}`)}</h3>
            <ul>
              {members.map((command) => (
                <KeyRow key={command.id} command={command} />
              ))}
            </ul>
          </section>
        );
      })}
      {shown.length === 0 ? <p className={styles.none}>{t("settings.keys.none", { query })}</p> : null}
    </>
  );
}

function matches(speakers: readonly Translate[], command: Command, query: string, keys: readonly string[]): boolean {
  if (query === "") return true;
  const words = speakers.map((speak) => wordsOr(speak, command.title, command.title));
  const asKey = query.toLowerCase().replaceAll(" ", "");
  return (
    keys.some((key) => keyLabel(key).toLowerCase() === asKey) ||
    [...words, command.id].some((word) => matchScore(query, word) >= 40)
  );
}
