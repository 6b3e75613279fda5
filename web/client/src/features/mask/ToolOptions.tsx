import { useState } from "react";
import { useWords } from "@/i18n/useWords";
import styles from "./Mask.module.css";
import { ellipse, rectangle } from "./pixels/shapes";
import type { MaskSession } from "./session";
import { LARGEST, type MaskSettings, setMask, useMaskSettings } from "./settings";

type Numeric = "size" | "hardness" | "opacity" | "tolerance" | "feather" | "grow";

/** How the tools are set, the mask's edge, and how the mask is shown. */
export function ToolOptions({ session, busy }: { session: MaskSession; busy: boolean }) {
  const { t } = useWords();
  const settings = useMaskSettings();
  const { tool, shape } = settings;
  const brush = tool === "brush" || tool === "erase";
  return (
    <aside className={styles.options} aria-label={t("mask.options")}>
      {brush ? (
        <section>
          <Slider name="size" least={1} most={LARGEST} unit="px" curved />
          <Slider name="hardness" least={0} most={100} unit="%" />
          <Slider name="opacity" least={1} most={100} unit="%" />
          <Choice name="pressure" choices={["size", "opacity", "none"]} />
        </section>
      ) : null}
      {tool === "fill" ? (
        <section>
          <Slider name="tolerance" least={0} most={100} unit="%" />
        </section>
      ) : null}
      {tool === "shape" ? (
        <section>
          <Choice name="shape" choices={["rectangle", "ellipse"]} />
          <ShapeByNumbers session={session} shape={shape} />
        </section>
      ) : null}
      {tool === "lasso" ? <p className={styles.hint}>{t("mask.hint.lasso")}</p> : null}
      {tool === "hand" ? <p className={styles.hint}>{t("mask.hint.hand")}</p> : null}
      <section>
        <h2>{t("mask.edge")}</h2>
        <Slider name="feather" least={1} most={200} unit="px" curved />
        <button type="button" aria-disabled={busy} onClick={() => void session.reshape("feather", settings.feather)}>
          {t("mask.do_feather")}
        </button>
        <Slider name="grow" least={1} most={200} unit="px" curved />
        <div className={styles.pair}>
          <button type="button" aria-disabled={busy} onClick={() => void session.reshape("grow", settings.grow)}>
            {t("mask.do_grow")}
          </button>
          <button type="button" aria-disabled={busy} onClick={() => void session.reshape("grow", -settings.grow)}>
            {t("mask.do_shrink")}
          </button>
        </div>
      </section>
      <section>
        <h2>{t("mask.look")}</h2>
        <Choice name="overlay" choices={["hatch", "plain"]} />
        <label className={styles.check}>
          <input
            type="checkbox"
            checked={settings.alone}
            onChange={(event) => setMask({ alone: event.target.checked })}
          />
          <span>{t("mask.alone")}</span>
          <kbd>\</kbd>
        </label>
      </section>
    </aside>
  );
}

interface SliderProps {
  name: Numeric;
  least: number;
  most: number;
  unit: string;
  /** Small values get more of the way. */
  curved?: boolean;
}

function Slider({ name, least, most, unit, curved = false }: SliderProps) {
  const { t } = useWords();
  const value = useMaskSettings((state) => state[name]);
  const label = t(`mask.${name}`);
  const set = (next: number) =>
    setMask({ [name]: Math.min(most, Math.max(least, Math.round(next) || least)) } as Partial<MaskSettings>);
  const place = curved ? Math.sqrt((value - least) / (most - least)) * 1000 : ((value - least) / (most - least)) * 1000;
  return (
    <div className={styles.slider}>
      <span id={`mask-${name}`}>{label}</span>
      <input
        type="range"
        aria-labelledby={`mask-${name}`}
        aria-valuetext={`${value} ${unit}`}
        min={0}
        max={1000}
        step={1}
        value={place}
        onChange={(event) => {
          const share = Number(event.target.value) / 1000;
          set(least + (most - least) * (curved ? share * share : share));
        }}
      />
      <input
        type="number"
        aria-labelledby={`mask-${name}`}
        data-mask-setting={name}
        min={least}
        max={most}
        value={value}
        onChange={(event) => set(Number(event.target.value))}
      />
      <span className={styles.unit}>{unit}</span>
    </div>
  );
}

function Choice({ name, choices }: { name: "pressure" | "shape" | "overlay"; choices: readonly string[] }) {
  const { t } = useWords();
  const value = useMaskSettings((state) => state[name]);
  return (
    <label className={styles.choice}>
      <span>{t(`mask.${name}`)}</span>
      <select value={value} onChange={(event) => setMask({ [name]: event.target.value } as Partial<MaskSettings>)}>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {t(`mask.choice.${name}_${choice}`)}
          </option>
        ))}
      </select>
    </label>
  );
}

const SIDES = ["x", "y", "width", "height"] as const;

/** A shape without a hand: its place and size as numbers. */
function ShapeByNumbers({ session, shape }: { session: MaskSession; shape: MaskSettings["shape"] }) {
  const { t } = useWords();
  const { width, height } = session.mask;
  const [box, setBox] = useState({ x: 0, y: 0, width: Math.round(width / 2), height: Math.round(height / 2) });
  const put = (erase: boolean) => session.put((shape === "rectangle" ? rectangle : ellipse)(box, session.mask), erase);
  return (
    <fieldset className={styles.numbers}>
      <legend>{t("mask.by_numbers")}</legend>
      {SIDES.map((side) => (
        <label key={side}>
          <span>{t(`mask.side.${side}`)}</span>
          <input
            type="number"
            data-mask-side={side}
            value={box[side]}
            onChange={(event) => setBox({ ...box, [side]: Math.round(Number(event.target.value)) || 0 })}
          />
        </label>
      ))}
      <div className={styles.pair}>
        <button type="button" onClick={() => put(false)}>
          {t("mask.add")}
        </button>
        <button type="button" onClick={() => put(true)}>
          {t("mask.take")}
        </button>
      </div>
    </fieldset>
  );
}
