import { Trash2 } from "lucide-react";
import { useState } from "react";
import type { GalleryPicture } from "@/api/pictures";
import { useWords } from "@/i18n/useWords";
import { deleteForGood } from "@/state/actions/gallery";
import buttons from "./Buttons.module.css";

/** There is no way back from it, so it takes a second press. */
export function DeleteForGood({ pictures }: { pictures: readonly GalleryPicture[] }) {
  const { t } = useWords();
  const [asking, setAsking] = useState(false);
  return (
    <button
      type="button"
      className={buttons.danger}
      onBlur={() => setAsking(false)}
      onClick={() => (asking ? void deleteForGood(pictures) : setAsking(true))}
    >
      <Trash2 size={16} aria-hidden />
      {asking ? t("gallery.delete_sure", { count: pictures.length }) : t("gallery.delete_for_good")}
    </button>
  );
}
