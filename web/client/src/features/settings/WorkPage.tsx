import { useState } from "react";
import { useWords } from "@/i18n/useWords";
import { type Asked, askToNotify } from "@/state/actions/desktop";
import { type Previews, prefer, usePreferences } from "@/state/page/preferences";
import { useWantedPreviews } from "@/state/runs/previews";
import { Choice, Switch } from "./fields";
import styles from "./Settings.module.css";

const PREVIEWS: readonly Previews[] = ["all", "fewer", "none"];

/** How the canvas and runs behave. */
export function WorkPage() {
  const { t } = useWords();
  const { dragOnEmpty, notifyDone, shakeDetaches } = usePreferences();
  const previews = useWantedPreviews();
  const [asked, setAsked] = useState<Asked | null>(null);
  const notify = (on: boolean) => {
    if (on) void askToNotify().then(setAsked);
    else prefer({ notifyDone: false });
  };
  return (
    <>
      <Choice
        label={t("settings.work.drag")}
        help={t("settings.work.drag_help")}
        value={dragOnEmpty}
        options={[
          ["pan", t("settings.work.pan")],
          ["select", t("settings.work.select")],
        ]}
        choose={(chosen) => prefer({ dragOnEmpty: chosen })}
      />
      <Switch
        label={t("settings.work.shake")}
        help={t("settings.work.shake_help")}
        on={shakeDetaches}
        turn={(on) => prefer({ shakeDetaches: on })}
      />
      <Choice
        label={t("settings.work.previews")}
        help={t("settings.work.previews_help")}
        value={previews}
        options={PREVIEWS.map((often) => [often, t(`settings.work.previews_${often}`)] as const)}
        choose={(chosen) => prefer({ previews: chosen })}
      />
      <Switch label={t("settings.work.notify")} help={t("settings.work.notify_help")} on={notifyDone} turn={notify} />
      {asked === "denied" || asked === "unsupported" ? (
        <p className={styles.refused} role="alert">
          {t(`settings.work.notify_${asked}`)}
        </p>
      ) : null}
    </>
  );
}
