/** A node type on its way from the library to the canvas, within the page. */

export const NODE_TYPE = "application/x-noiseloom-node-type";

/** Put a node type into a drag. */
export function carryType(transfer: DataTransfer, type: string): void {
  transfer.setData(NODE_TYPE, type);
  transfer.effectAllowed = "copy";
}

/** The node type in a drop, or null. */
export function carriedType(transfer: DataTransfer | null): string | null {
  return transfer?.getData(NODE_TYPE) || null;
}
