import { createContext, useEffect, useRef, useState } from "react";
import { create } from "zustand";

/** The modal dialog that one stands in, if any. What lies outside it is below it and cannot be pressed. */
export const ModalPlace = createContext<HTMLElement | null>(null);

const useModals = create<{ open: readonly HTMLElement[] }>(() => ({ open: [] }));

/** The modal dialog that lies over all others, if one is open. */
export const useTopModal = (): HTMLElement | null => useModals((state) => state.open.at(-1) ?? null);

interface Props {
  label: string;
  className: string | undefined;
  onClose: () => void;
  onKeyDown?: (event: React.KeyboardEvent) => void;
  children: React.ReactNode;
}

/**
 * A dialog over everything: the browser's own, which keeps the focus inside, closes on Esc and gives the focus back.
 * The focus begins at what bears `data-first`, else where the browser puts it.
 */
export function Modal({ label, className, onClose, onKeyDown, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [place, setPlace] = useState<HTMLElement | null>(null);
  useEffect(() => {
    const shown = dialog.current;
    if (shown === null) return;
    shown.showModal();
    shown.querySelector<HTMLElement>("[data-first]")?.focus();
    setPlace(shown);
    useModals.setState(({ open }) => ({ open: [...open, shown] }));
    return () => useModals.setState(({ open }) => ({ open: open.filter((one) => one !== shown) }));
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-label={label}
      className={className}
      onClose={onClose}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current.close();
      }}
    >
      <ModalPlace value={place}>{children}</ModalPlace>
    </dialog>
  );
}
