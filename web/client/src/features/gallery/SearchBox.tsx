import { Search, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useWords } from "@/i18n/useWords";
import { searchGallery, useGallery } from "@/state/pictures/gallery";
import styles from "./Search.module.css";
import { joinSearch, splitSearch, takeChips } from "./searchText";

const PAUSE_MS = 250;

/** The search: what has a key becomes a chip, the rest is looked for as words. */
export function SearchBox() {
  const { t } = useWords();
  const search = useGallery((state) => state.search);
  const ignored = useGallery((state) => state.ignored);
  const { chips, words } = splitSearch(search);
  const [typed, setTyped] = useState(words);
  const said = useRef(search);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (said.current !== search) setTyped(splitSearch(search).words);
    said.current = search;
  }, [search]);
  const look = (nextChips: readonly string[], nextWords: string) => {
    said.current = joinSearch(nextChips, nextWords);
    searchGallery(said.current);
  };
  useEffect(() => {
    const timer = setTimeout(() => {
      // What has a key waits until it is ended: half a seed finds nothing.
      const now = splitSearch(typed).words;
      if (now !== words) look(chips, now);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  });
  const type = (value: string, whole: boolean) => {
    const taken = takeChips(value, whole);
    setTyped(taken.words);
    if (taken.chips.length > 0 || whole) look([...chips, ...taken.chips], taken.words);
  };
  return (
    <search className={styles.search}>
      <Search size={16} aria-hidden />
      {chips.map((chip, index) => (
        <span key={chip} className={styles.chip} data-unknown={ignored.includes(chip)} title={chipTitle(chip)}>
          {chip}
          <button
            type="button"
            aria-label={t("gallery.chip_remove", { chip })}
            onClick={() => look(chips.toSpliced(index, 1), typed)}
          >
            <X size={12} aria-hidden />
          </button>
        </span>
      ))}
      <input
        ref={field}
        type="text"
        value={typed}
        aria-label={t("gallery.search")}
        placeholder={chips.length > 0 ? "" : t("gallery.search_hint")}
        onChange={(event) => type(event.target.value, false)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Enter") type(typed, true);
          else if (event.key === "Backspace" && typed === "" && chips.length > 0) look(chips.slice(0, -1), "");
          else if (event.key === "Escape" && search !== "") {
            event.preventDefault();
            setTyped("");
            look([], "");
          }
        }}
      />
      {search === "" ? null : (
        <button
          type="button"
          className={styles.clear}
          aria-label={t("gallery.search_clear")}
          title={t("gallery.search_clear")}
          onClick={() => {
            setTyped("");
            look([], "");
            field.current?.focus();
          }}
        >
          <X size={14} aria-hidden />
        </button>
      )}
    </search>
  );

  function chipTitle(chip: string): string | undefined {
    return ignored.includes(chip) ? t("gallery.chip_unknown", { chip }) : undefined;
  }
}
