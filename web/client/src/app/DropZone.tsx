import { useEffect, useState } from "react";
import { useWords } from "@/i18n/useWords";
import { openFile } from "@/state/actions/files";
import { dropPicture, isBarePicture } from "@/state/actions/placePicture";
import { viewport } from "@/state/canvas/viewport";
import styles from "./App.module.css";

/** Drop a workflow file anywhere on the page, or a picture: one that carries no workflow becomes a node on the canvas. */
export function DropZone() {
  const { t } = useWords();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const carriesFile = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
    const onOver = (event: DragEvent) => {
      if (!carriesFile(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const onLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    // Whoever else takes a drop keeps it from going on to the window.
    const onEnd = () => setOver(false);
    const onDrop = (event: DragEvent) => {
      const file = event.dataTransfer?.files[0];
      if (file === undefined) return;
      event.preventDefault();
      void take(file, event);
    };
    addEventListener("dragover", onOver);
    addEventListener("dragleave", onLeave);
    addEventListener("drop", onEnd, true);
    addEventListener("drop", onDrop);
    return () => {
      removeEventListener("dragover", onOver);
      removeEventListener("dragleave", onLeave);
      removeEventListener("drop", onEnd, true);
      removeEventListener("drop", onDrop);
    };
  }, []);
  if (!over) return null;
  return (
    <div className={styles.drop}>
      <span>{t("files.drop")}</span>
    </div>
  );
}

async function take(file: File, { target, clientX: x, clientY: y }: DragEvent): Promise<void> {
  const onCanvas = target instanceof Element && target.closest("#canvas") !== null;
  if (onCanvas && (await isBarePicture(file))) await dropPicture(file, { position: viewport()?.toCanvas({ x, y }) });
  else await openFile(file, file.name);
}
