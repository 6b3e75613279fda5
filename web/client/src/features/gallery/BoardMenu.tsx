import { ArrowUp, LayoutGrid, Pencil, Plus, Trash2, X } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useState } from "react";
import type { GalleryPicture } from "@/api/pictures";
import { useWords } from "@/i18n/useWords";
import { boardEarlier, newBoard, putOnBoard, removeBoard, renameBoard, takeOffBoard } from "@/state/actions/gallery";
import { boardShown, searchGallery, useGallery } from "@/state/pictures/gallery";
import { Dialog } from "@/ui/Dialog";
import dialog from "@/ui/dialog.module.css";
import { MenuPortal } from "@/ui/MenuPortal";
import menu from "@/ui/menu.module.css";
import styles from "./Board.module.css";
import buttons from "./Buttons.module.css";
import { Menu } from "./Filters";
import { withChip } from "./searchText";

/** Which board is looked at; boards are made, renamed, moved and deleted here. */
export function BoardMenu() {
  const { t } = useWords();
  const boards = useGallery((state) => state.boards);
  const search = useGallery((state) => state.search);
  const current = useGallery(boardShown);
  const [naming, setNaming] = useState<"new" | "rename" | null>(null);
  const look = (title: string | null) => searchGallery(withChip(search, "board", title));
  return (
    <>
      <Menu
        icon={<LayoutGrid size={16} aria-hidden />}
        label={current?.title ?? t("gallery.board")}
        on={current !== undefined}
      >
        <DropdownMenu.Item className={menu.item} onSelect={() => look(null)}>
          <span>{t("gallery.all_pictures")}</span>
        </DropdownMenu.Item>
        {boards.length > 0 ? <DropdownMenu.Separator className={menu.separator} /> : null}
        {boards.map((board) => (
          <DropdownMenu.Item key={board.id} className={menu.item} onSelect={() => look(board.title)}>
            <span>{board.title}</span>
            <kbd>{board.pictures}</kbd>
          </DropdownMenu.Item>
        ))}
        <DropdownMenu.Separator className={menu.separator} />
        <DropdownMenu.Item className={menu.item} onSelect={() => setNaming("new")}>
          <Plus size={14} aria-hidden />
          <span>{t("gallery.new_board")}</span>
        </DropdownMenu.Item>
        {current === undefined ? null : (
          <>
            <DropdownMenu.Item className={menu.item} onSelect={() => setNaming("rename")}>
              <Pencil size={14} aria-hidden />
              <span>{t("gallery.rename_board")}</span>
            </DropdownMenu.Item>
            <DropdownMenu.Item
              className={menu.item}
              disabled={boards[0]?.id === current.id}
              onSelect={() => void boardEarlier(current)}
            >
              <ArrowUp size={14} aria-hidden />
              <span>{t("gallery.board_earlier")}</span>
            </DropdownMenu.Item>
            <DropdownMenu.Item className={menu.item} onSelect={() => void removeBoard(current)}>
              <Trash2 size={14} aria-hidden />
              <span>{t("gallery.delete_board")}</span>
            </DropdownMenu.Item>
          </>
        )}
      </Menu>
      {naming === null ? null : (
        <BoardName
          title={naming === "rename" ? (current?.title ?? "") : ""}
          onClose={() => setNaming(null)}
          onName={(title) => {
            if (naming === "new") void newBoard(title, []);
            else if (current !== undefined) void renameBoard(current, title).then(() => look(title));
          }}
        />
      )}
    </>
  );
}

/** Put pictures on a board, or on a new one, or take them off the one that is looked at. */
export function PutOnBoard({ pictures, children }: { pictures: readonly GalleryPicture[]; children: React.ReactNode }) {
  const { t } = useWords();
  const boards = useGallery((state) => state.boards);
  const current = useGallery(boardShown);
  const [naming, setNaming] = useState(false);
  return (
    <>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger className={buttons.button}>{children}</DropdownMenu.Trigger>
        <MenuPortal>
          <DropdownMenu.Content className={`${menu.menu} ${styles.list}`} sideOffset={4}>
            {boards.map((board) => (
              <DropdownMenu.Item key={board.id} className={menu.item} onSelect={() => void putOnBoard(board, pictures)}>
                <span>{board.title}</span>
                <kbd>{board.pictures}</kbd>
              </DropdownMenu.Item>
            ))}
            {boards.length > 0 ? <DropdownMenu.Separator className={menu.separator} /> : null}
            <DropdownMenu.Item className={menu.item} onSelect={() => setNaming(true)}>
              <Plus size={14} aria-hidden />
              <span>{t("gallery.new_board")}</span>
            </DropdownMenu.Item>
            {current === undefined ? null : (
              <DropdownMenu.Item className={menu.item} onSelect={() => void takeOffBoard(current, pictures)}>
                <X size={14} aria-hidden />
                <span>{t("gallery.off_board")}</span>
              </DropdownMenu.Item>
            )}
          </DropdownMenu.Content>
        </MenuPortal>
      </DropdownMenu.Root>
      {naming ? (
        <BoardName title="" onClose={() => setNaming(false)} onName={(title) => void newBoard(title, pictures)} />
      ) : null}
    </>
  );
}

interface BoardNameProps {
  title: string;
  onName: (title: string) => void;
  onClose: () => void;
}

function BoardName({ title, onName, onClose }: BoardNameProps) {
  const { t } = useWords();
  const [name, setName] = useState(title);
  const words = t(title === "" ? "gallery.new_board" : "gallery.rename_board");
  return (
    <Dialog title={words} className={styles.dialog} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== "") onName(name.trim());
          onClose();
        }}
      >
        <label className={dialog.field}>
          <span>{t("gallery.board_name")}</span>
          <input data-first value={name} maxLength={120} onChange={(event) => setName(event.target.value)} />
        </label>
        <footer className={dialog.actions}>
          <button type="button" onClick={onClose}>
            {t("gallery.cancel")}
          </button>
          <button type="submit" className={dialog.main} disabled={name.trim() === ""}>
            {t("gallery.keep_name")}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
