import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useWords } from "@/i18n/useWords";
import { actOnKey, type EditorActs } from "./keys";
import styles from "./Mask.module.css";
import { MaskBar } from "./MaskBar";
import { MaskFoot } from "./MaskFoot";
import { Surface, type SurfaceControl } from "./Surface";
import { leaveMask, saveMask } from "./saving";
import type { MaskSession } from "./session";
import { ToolOptions } from "./ToolOptions";
import { Tools } from "./Tools";
import type { Target } from "./target";
import { centred, fitted, zoomed } from "./viewBox";

interface Props {
  session: MaskSession;
  target: Target;
  path: string;
  /** Strokes of another visit came back. */
  kept: boolean;
}

/** The editor: bar, tools, picture, options, foot. */
export function MaskEditor({ session, target, path, kept }: Props) {
  const { t } = useWords();
  const root = useRef<HTMLDivElement>(null);
  const control = useRef<SurfaceControl | null>(null);
  const [scale, setScale] = useState(1);
  const [saving, setSaving] = useState(false);
  const state = useSyncExternalStore(session.subscribe, session.snapshot);
  useEffect(() => root.current?.focus({ preventScroll: true }), []);
  useEffect(() => keepFocus(root.current));

  const acts = useActs(session, control);
  const save = () => {
    if (saving || state.busy) return;
    setSaving(true);
    void saveMask(session, target).finally(() => setSaving(false));
  };
  const leave = () => void leaveMask(session, target, path);
  const note = saving ? t("mask.saving") : kept ? t("mask.came_back") : "";

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the editor; everything they do has a button
    <div
      ref={root}
      tabIndex={-1}
      className={styles.editor}
      data-own-keys
      onKeyDown={(event) => actOnKey(event, acts, { save, leave, hold: (held) => control.current?.hold(held) })}
      onKeyUp={(event) => event.key === " " && control.current?.hold(false)}
    >
      <MaskBar title={target.file.name} state={state} acts={acts} saving={saving} onSave={save} onCancel={leave} />
      <Tools />
      <Surface session={session} control={control} onZoom={setScale} />
      <ToolOptions session={session} busy={state.busy} />
      <MaskFoot session={session} state={state} scale={scale} acts={acts} note={note} />
    </div>
  );
}

/** A button that switches itself off loses the focus, and with it the editor's keys: the editor takes it. */
function keepFocus(editor: HTMLElement | null): void {
  const focused = document.activeElement;
  const lost = focused === null || focused === document.body || focused.matches(":disabled");
  if (lost) editor?.focus({ preventScroll: true });
}

function useActs(session: MaskSession, control: React.RefObject<SurfaceControl | null>): EditorActs {
  const surface = (act: (control: SurfaceControl) => void) => () => {
    if (control.current !== null) act(control.current);
  };
  const middle = ({ size }: SurfaceControl) => ({ x: size().width / 2, y: size().height / 2 });
  return {
    undo: () => session.step("undo"),
    redo: () => session.step("redo"),
    invert: () => session.invert(),
    clear: () => session.clear(),
    fit: surface((on) => on.setView(fitted(session.mask, on.size()))),
    actual: surface((on) => on.setView(centred(session.mask, on.size(), 1))),
    larger: surface((on) => on.setView(zoomed(on.view(), 1.25, middle(on)))),
    smaller: surface((on) => on.setView(zoomed(on.view(), 0.8, middle(on)))),
  };
}
