import { useEffect, useRef } from "react";

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
  useEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>("[data-first]")?.focus();
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
      {children}
    </dialog>
  );
}
