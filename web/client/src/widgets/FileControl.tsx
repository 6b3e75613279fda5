import { Brush, ImagePlus, Upload } from "lucide-react";
import { useRef, useState } from "react";
import { ApiError, fileUrlOf, uploadImage } from "@/api/client";
import type { GraphNode } from "@/graph/document";
import { fileOf } from "@/graph/fileNames";
import { choosePicture, paintable } from "@/graph/paintable";
import { type FileWidget, type NodeSpec, showsPicture } from "@/graph/spec";
import { useWords } from "@/i18n/useWords";
import { reloadCatalogue, useSpec } from "@/state/nodes/catalogue";
import { notify } from "@/state/page/notices";
import { openView } from "@/state/page/views";
import { run, useNode } from "@/state/workflow/workspace";
import { Select } from "./ChoiceControl";
import { useWidgetValue } from "./useWidgetValue";
import type { ControlProps } from "./WidgetControl";
import styles from "./widgets.module.css";

/** A file the server lists; pictures can be uploaded and are shown. */
export function FileControl({ node, name, label, widget }: ControlProps<FileWidget>) {
  const { t } = useWords();
  const [value] = useWidgetValue(node, name, widget);
  const owner = useNode(node);
  const spec = useSpec(owner?.type);
  const setValue = (next: string) => owner !== undefined && run(choosePicture(owner, spec, name, next));
  const file = String(value);
  const choices = widget.optional === true ? ["", ...widget.choices] : widget.choices;
  const missing = file === "" ? t("widget.no_files") : t("widget.missing_file", { file });
  const upload = useUpload(setValue);
  const [lost, setLost] = useState<string | null>(null);
  const there = file !== "" && file !== lost;
  const words = (choice: string) => (choice === "" ? t("widget.no_file") : choice);
  return (
    <div className={styles.column}>
      <div className={styles.row}>
        {/* biome-ignore lint/a11y/noLabelWithoutControl: the select inside is the control */}
        <label className={styles.row}>
          <span className={`${styles.label} ${styles.short}`}>{label}</span>
          <Select name={name} value={file} choices={choices} words={words} missing={missing} onChange={setValue} />
        </label>
        {widget.upload && showsPicture(widget) ? (
          <>
            <button
              type="button"
              className={`nodrag ${styles.small}`}
              title={t("widget.upload")}
              aria-label={t("widget.upload")}
              onClick={upload.choose}
            >
              <Upload size={14} aria-hidden />
            </button>
            {upload.picker}
          </>
        ) : null}
      </div>
      {showsPicture(widget) ? (
        <div className={styles.inputPicture}>
          {there ? (
            <img src={fileUrlOf(fileOf(file))} alt={file} draggable={false} onError={() => setLost(file)} />
          ) : widget.upload ? (
            <button type="button" className={`nodrag ${styles.choosePicture}`} onClick={upload.choose}>
              <ImagePlus size={20} strokeWidth={1.5} aria-hidden />
              {t("widget.choose_picture")}
            </button>
          ) : null}
          {there ? <MaskOnPicture node={owner} spec={spec} picture={name} /> : null}
        </div>
      ) : null}
    </div>
  );
}

/** The node's mask over its picture, and the way into the mask editor. */
function MaskOnPicture({
  node,
  spec,
  picture,
}: {
  node: GraphNode | undefined;
  spec: NodeSpec | undefined;
  picture: string;
}) {
  const { t } = useWords();
  const inputs = paintable(spec);
  if (node === undefined || inputs?.picture !== picture) return null;
  const mask = node.widgets[inputs.mask];
  const url = typeof mask === "string" && mask !== "" ? `url("${fileUrlOf(fileOf(mask))}")` : null;
  return (
    <>
      {url === null ? null : (
        <span className={styles.maskOverlay} style={{ maskImage: url }} data-mask={String(mask)} />
      )}
      <button
        type="button"
        className={`nodrag ${styles.paint}`}
        title={t("mask.on_picture")}
        aria-label={t("mask.on_picture")}
        onClick={() => openView("mask", `node:${node.id}`)}
      >
        <Brush size={14} aria-hidden />
      </button>
    </>
  );
}

/** A picker for a picture that is sent to the server; `picker` is to be placed somewhere. */
function useUpload(onDone: (name: string) => void): { choose: () => void; picker: React.ReactNode } {
  const { t } = useWords();
  const input = useRef<HTMLInputElement>(null);
  const send = async (file: File) => {
    try {
      const { name, subfolder } = await uploadImage(file);
      onDone(subfolder === "" ? name : `${subfolder}/${name}`);
      await reloadCatalogue();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      notify("error", error.status === 0 ? t("connection.no_answer") : error.message);
    }
  };
  const picker = (
    <input
      ref={input}
      hidden
      type="file"
      accept="image/png,image/jpeg,image/webp"
      onChange={(event) => {
        const file = event.target.files?.[0];
        event.target.value = "";
        if (file !== undefined) void send(file);
      }}
    />
  );
  return { choose: () => input.current?.click(), picker };
}
