import { Check, ImageOff, Star } from "lucide-react";
import { memo, useState } from "react";
import { type GalleryPicture, thumbnailUrl } from "@/api/pictures";
import { useWords } from "@/i18n/useWords";
import { useGallery } from "@/state/pictures/gallery";
import { togglePicture } from "@/state/pictures/gallerySelection";
import { carryPicture } from "@/state/pictures/pictureDrag";
import styles from "./Tile.module.css";

interface Props {
  picture: GalleryPicture;
  index: number;
  place: { left: number; top: number; width: number; height: number };
  act: (picture: GalleryPicture, event: React.MouseEvent) => void;
}

/** One picture of the grid. It can be dragged onto a node or onto the canvas. */
export const Tile = memo(function Tile({ picture, index, place, act }: Props) {
  const { t } = useWords();
  const selected = useGallery((state) => state.selected.has(picture.id));
  const focusable = useGallery((state) => state.at === picture.id || (state.at === null && index === 0));
  const [state, setState] = useState<"loading" | "there" | "gone">("loading");
  const name = [
    picture.prompt || picture.filename,
    picture.star ? t("gallery.starred") : "",
    state === "gone" ? t("gallery.gone") : "",
  ];
  const blur = picture.blur === "" ? undefined : `url("data:image/png;base64,${picture.blur}")`;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list around has the keys
    <div
      role="option"
      aria-selected={selected}
      aria-label={name.filter(Boolean).join(", ")}
      aria-posinset={index + 1}
      aria-setsize={-1}
      tabIndex={focusable ? 0 : -1}
      data-picture={picture.id}
      data-state={state}
      className={styles.tile}
      style={{ ...place, backgroundImage: state === "loading" ? blur : undefined }}
      draggable={state !== "gone"}
      onDragStart={(event) => carryPicture(event.dataTransfer, picture)}
      onFocus={() => useGallery.getState().at !== picture.id && useGallery.setState({ at: picture.id })}
      onClick={(event) => act(picture, event)}
    >
      {state === "gone" ? (
        <span className={styles.gone}>
          <ImageOff size={20} aria-hidden />
          {t("gallery.gone")}
        </span>
      ) : (
        <img
          src={thumbnailUrl(picture, place.height)}
          alt=""
          draggable={false}
          decoding="async"
          onLoad={() => setState("there")}
          onError={() => setState("gone")}
        />
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Ctrl+Space does the same */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Ctrl+Space does the same */}
      <span
        className={styles.mark}
        onClick={(event) => {
          event.stopPropagation();
          togglePicture(picture.id);
        }}
      >
        {selected ? <Check size={14} aria-hidden /> : null}
      </span>
      <span className={styles.badges}>{picture.star ? <Star size={14} fill="currentColor" aria-hidden /> : null}</span>
    </div>
  );
});
