import type { Language } from "@/i18n/i18n";
import { useWords } from "@/i18n/useWords";
import { prefer, SCALES, THEMES, usePreferences } from "@/state/preferences";
import { Choice, Switch } from "./fields";

const LANGUAGES: readonly (readonly [Language, string])[] = [
  ["en", "English"],
  ["zh-CN", "简体中文"],
];

/** Theme, language, size. */
export function LookPage() {
  const { t } = useWords();
  const { theme, language, scale, minimap } = usePreferences();
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
      <Switch label={t("settings.look.minimap")} on={minimap} turn={(on) => prefer({ minimap: on })} />
    </>
  );
}
