/** A node type on its way from the library to the canvas, within the page. */

export const NODE_TYPE = "application/x-noiseloom-node-type";

/** What is on its way now. A drag tells what it carries only once it is let go; its way over the canvas needs it before. */
let inHand: string | null = null;

/** Put a node type into a drag. */
export function carryType(transfer: DataTransfer, type: string): void {
  transfer.setData(NODE_TYPE, type);
  transfer.effectAllowed = "copy";
  inHand = type;
}

/** The node type under the hand, if it was taken up in this window. */
export function typeInHand(): string | null {
  return inHand;
}

/** The drag is over, whatever came of it. */
export function putDown(): void {
  inHand = null;
}

/** The node type in a drop, or null. */
export function carriedType(transfer: DataTransfer | null): string | null {
  return transfer?.getData(NODE_TYPE) || null;
}
