import { Upload } from "lucide-react";
import { useRef } from "react";
import { ApiError, fileUrl, uploadImage } from "@/api/client";
import { type FileWidget, showsPicture } from "@/graph/spec";
import { useWords } from "@/i18n/useWords";
import { reloadCatalogue } from "@/state/catalogue";
import { notify } from "@/state/notices";
import { Select } from "./ChoiceControl";
import { useWidgetValue } from "./useWidgetValue";
import type { ControlProps } from "./WidgetControl";
import styles from "./widgets.module.css";

/** A file the server lists; pictures can be uploaded and are shown. */
export function FileControl({ node, name, label, widget }: ControlProps<FileWidget>) {
  const { t } = useWords();
  const [value, setValue] = useWidgetValue(node, name, widget);
  const file = String(value);
  const missing = file === "" ? t("widget.no_files") : t("widget.missing_file", { file });
  return (
    <div className={styles.column}>
      <div className={styles.row}>
        {/* biome-ignore lint/a11y/noLabelWithoutControl: the select inside is the control */}
        <label className={styles.row}>
          <span className={`${styles.label} ${styles.short}`}>{label}</span>
          <Select name={name} value={file} choices={widget.choices} missing={missing} onChange={setValue} />
        </label>
        {widget.upload && showsPicture(widget) ? <UploadButton onDone={setValue} /> : null}
      </div>
      {showsPicture(widget) ? (
        <div className={styles.inputPicture}>
          {file === "" ? null : <img src={fileUrl("input", file)} alt={file} draggable={false} />}
        </div>
      ) : null}
    </div>
  );
}

function UploadButton({ onDone }: { onDone: (name: string) => void }) {
  const { t } = useWords();
  const picker = useRef<HTMLInputElement>(null);
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
  return (
    <>
      <button
        type="button"
        className={`nodrag ${styles.small}`}
        title={t("widget.upload")}
        aria-label={t("widget.upload")}
        onClick={() => picker.current?.click()}
      >
        <Upload size={14} aria-hidden />
      </button>
      <input
        ref={picker}
        hidden
        type="file"
        accept="image/png,image/jpeg,image/webp"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file !== undefined) void send(file);
        }}
      />
    </>
  );
}
