import { DropdownMenu } from "radix-ui";
import { useContext } from "react";
import { ModalPlace } from "./Modal";

/** Where a menu's list is drawn: over the page, or within the modal dialog that its button stands in. */
export function MenuPortal({ children }: { children: React.ReactNode }) {
  const place = useContext(ModalPlace);
  return <DropdownMenu.Portal {...(place === null ? {} : { container: place })}>{children}</DropdownMenu.Portal>;
}
