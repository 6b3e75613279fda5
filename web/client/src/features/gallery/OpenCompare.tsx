import { Columns2, Contrast, FlipHorizontal2, SplitSquareHorizontal, X } from "lucide-react";
import { ToggleGroup } from "radix-ui";
import { useEffect, useState } from "react";
import { type GalleryPicture, getPictureDetail, type PictureParameter } from "@/api/pictures";
import { useWords } from "@/i18n/useWords";
import { inputLabel, templateWords, typeTitle } from "@/i18n/words";
import { useKnownTypes } from "@/state/nodes/catalogue";
import { closeCompare } from "@/state/pictures/compare";
import { Modal } from "@/ui/Modal";
import compare from "./Compare.module.css";
import { differences } from "./differences";
import { type Layer, Stage } from "./Stage";
import styles from "./Viewer.module.css";
import { FITS, settled, type ViewOf } from "./zoom";

type Mode = "wipe" | "side" | "flip" | "difference";

const ICONS = { wipe: SplitSquareHorizontal, side: Columns2, flip: FlipHorizontal2, difference: Contrast };
const MODES = Object.keys(ICONS) as Mode[];

/** Two to four pictures compared; one view moves them all. */
export default function OpenCompare({ pictures }: { pictures: readonly GalleryPicture[] }) {
  const { t } = useWords();
  const [mode, setMode] = useState<Mode>(pictures.length > 2 ? "side" : "wipe");
  const [view, setView] = useState<ViewOf>(FITS);
  const [wipe, setWipe] = useState(0.5);
  const [top, setTop] = useState(0);
  const others = pictures.length;
  const step = (by: number) => setWipe((share) => Math.min(1, Math.max(0, share + by)));
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // Between the modes the arrows go from one to the next.
    const arrow = event.key.startsWith("Arrow") && (event.target as Element).closest("[role=radio]") !== null;
    if (arrow || event.defaultPrevented) return;
    if (mode === "wipe" && event.key === "ArrowLeft") step(-0.01);
    else if (mode === "wipe" && event.key === "ArrowRight") step(0.01);
    else if (event.code === "KeyB" && !event.repeat) setTop((now) => (now + 1) % others);
    else if (event.code === "Digit0") setView(FITS);
    else if (event.key === "+" || event.key === "=") setView(settled({ ...view, zoom: view.zoom * 1.25 }));
    else if (event.key === "-") setView(settled({ ...view, zoom: view.zoom / 1.25 }));
    else return;
    event.preventDefault();
  };
  return (
    <Modal label={t("gallery.compare")} className={styles.viewer} onClose={closeCompare} onKeyDown={onKeyDown}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the end of a held key, wherever the focus is */}
      <div
        className={compare.compare}
        onKeyUp={(event) => event.code === "KeyB" && setTop((now) => (now + others - 1) % others)}
      >
        <header>
          <h2>{t("gallery.compare")}</h2>
          <ToggleGroup.Root
            type="single"
            value={mode}
            aria-label={t("viewer.modes")}
            className={styles.modes}
            onValueChange={(value) => value !== "" && setMode(value as Mode)}
          >
            {MODES.map((name) => {
              const Icon = ICONS[name];
              return (
                <ToggleGroup.Item
                  key={name}
                  value={name}
                  aria-label={t(`viewer.mode.${name}`)}
                  title={t(`viewer.mode.${name}`)}
                  disabled={name !== "side" && name !== "flip" && others > 2}
                  className={styles.mode}
                >
                  <Icon size={16} aria-hidden /> <span>{t(`viewer.mode.${name}`)}</span>
                </ToggleGroup.Item>
              );
            })}
          </ToggleGroup.Root>
          <button type="button" aria-label={t("results.close")} title="Esc" onClick={closeCompare}>
            <X size={16} aria-hidden />
          </button>
        </header>
        <Frames pictures={pictures} mode={mode} top={top} wipe={wipe} view={view} onView={setView} onWipe={setWipe} />
        {mode === "flip" ? (
          <p className={compare.tip}>
            <button type="button" onClick={() => setTop((now) => (now + 1) % others)}>
              {t("viewer.flip")}
            </button>
            {t("viewer.flip_tip")}
          </p>
        ) : null}
        <Differences pictures={pictures} />
      </div>
    </Modal>
  );
}

interface FramesProps {
  pictures: readonly GalleryPicture[];
  mode: Mode;
  top: number;
  wipe: number;
  view: ViewOf;
  onView: (view: ViewOf) => void;
  onWipe: (share: number) => void;
}

function Frames({ pictures, mode, top, wipe, view, onView, onWipe }: FramesProps) {
  const { t } = useWords();
  const layer = (picture: GalleryPicture | undefined): Layer => ({
    url: picture?.url ?? "",
    alt: picture?.prompt || picture?.filename || "",
  });
  if (mode === "side") {
    return (
      <div className={styles.frames} data-count={pictures.length}>
        {pictures.map((picture, index) => (
          <Stage key={picture.id} layers={[layer(picture)]} view={view} onView={onView}>
            <Letter index={index} />
          </Stage>
        ))}
      </div>
    );
  }
  if (mode === "flip") {
    return (
      <div className={styles.frames} data-count={1}>
        <Stage layers={[layer(pictures[top])]} view={view} onView={onView}>
          <Letter index={top} />
        </Stage>
      </div>
    );
  }
  const over: Layer = { ...layer(pictures[1]), ...(mode === "wipe" ? { clipFrom: wipe } : { difference: true }) };
  return (
    <div className={styles.frames} data-count={1}>
      <Stage layers={[layer(pictures[0]), over]} view={view} onView={onView}>
        {mode === "wipe" ? (
          <>
            <Letter index={0} />
            <Letter index={1} end />
            <div
              role="slider"
              tabIndex={0}
              data-own-drag
              aria-label={t("viewer.mode.wipe")}
              aria-valuemin={0}
              aria-valuemax={100}
              aria-valuenow={Math.round(wipe * 100)}
              className={compare.wipe}
              style={{ left: `${wipe * 100}%` }}
              onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
              onPointerMove={(event) => {
                if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
                const box = event.currentTarget.parentElement?.getBoundingClientRect();
                if (box !== undefined) onWipe(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)));
              }}
            />
          </>
        ) : null}
      </Stage>
    </div>
  );
}

const letter = (index: number) => String.fromCharCode(65 + index);

function Letter({ index, end = false }: { index: number; end?: boolean }) {
  return (
    <span className={compare.letter} data-end={end}>
      {letter(index)}
    </span>
  );
}

/** What differs between the pictures' values, one column each. */
function Differences({ pictures }: { pictures: readonly GalleryPicture[] }) {
  const { t } = useWords();
  const types = useKnownTypes();
  const [parameters, setParameters] = useState<readonly (readonly PictureParameter[])[] | null>(null);
  useEffect(() => {
    let here = true;
    const details = pictures.map(({ id }) =>
      getPictureDetail(id).then(
        (detail) => detail.parameters,
        () => [],
      ),
    );
    void Promise.all(details).then((found) => here && setParameters(found));
    return () => {
      here = false;
    };
  }, [pictures]);
  if (parameters === null) return null;
  const rows = differences(parameters, ({ type, title, name }) => {
    const node = title === "" ? typeTitle(t, types.get(type), type) : templateWords(t, title);
    return `${node} › ${inputLabel(t, type, name)}`;
  });
  if (rows.length === 0) return <p className={compare.tip}>{t("viewer.no_difference")}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by key
    <section className={compare.differences} tabIndex={0} aria-label={t("viewer.differences")}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("viewer.differences")}</th>
            {pictures.map((picture, index) => (
              <th key={picture.id} scope="col">
                {letter(index)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, values }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {values.map((value, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is a picture
                <td key={index}>{value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
