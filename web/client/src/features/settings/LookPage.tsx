import type { ByteUnits } from "@/i18n/amounts";
import type { Language } from "@/i18n/i18n";
import type { Clock, Dates } from "@/i18n/moments";
import { useWords } from "@/i18n/useWords";
import { prefer, SCALES, THEMES, usePreferences } from "@/state/page/preferences";
import { Choice, Switch } from "./fields";

const LANGUAGES: readonly (readonly [Language, string])[] = [
  ["en", "English"],
  ["zh-CN", "简体中文"],
];

const UNITS: readonly ByteUnits[] = ["decimal", "binary"];
const CLOCKS: readonly Clock[] = ["system", "12", "24"];
const DATES: readonly Dates[] = ["exact", "ago"];

/** Theme, language, size; how sizes and times read. */
export function LookPage() {
  const { t } = useWords();
  const { theme, language, scale, minimap, units, clock, dates } = usePreferences();
  return (
    <>
      <Choice
        label={t("settings.look.theme")}
        value={theme}
        options={THEMES.map((name) => [name, t(`theme.${name}`)] as const)}
        choose={(chosen) => prefer({ theme: chosen })}
      />
      <Choice
        label={t("settings.look.language")}
        value={language}
        options={LANGUAGES}
        choose={(chosen) => prefer({ language: chosen })}
      />
      <Choice
        label={t("settings.look.scale")}
        help={t("settings.look.scale_help")}
        value={scale}
        options={SCALES.map((percent) => [percent, t("app.progress", { percent })] as const)}
        choose={(chosen) => prefer({ scale: chosen })}
      />
      <Choice
        label={t("settings.look.units")}
        value={units}
        options={UNITS.map((name) => [name, t(`settings.look.units_${name}`)] as const)}
        choose={(chosen) => prefer({ units: chosen })}
      />
      <Choice
        label={t("settings.look.clock")}
        value={clock}
        options={CLOCKS.map((name) => [name, t(`settings.look.clock_${name}`)] as const)}
        choose={(chosen) => prefer({ clock: chosen })}
      />
      <Choice
        label={t("settings.look.dates")}
        value={dates}
        options={DATES.map((name) => [name, t(`settings.look.dates_${name}`)] as const)}
        choose={(chosen) => prefer({ dates: chosen })}
      />
      <Switch label={t("settings.look.minimap")} on={minimap} turn={(on) => prefer({ minimap: on })} />
    </>
  );
}
