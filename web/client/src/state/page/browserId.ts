/** A name for this browser, by which its drafts on the server find it again. Not a secret, and sent nowhere else. */

import { newId } from "@/graph/ids";

const STORE = "names";
const KEY = "browser";

let known: Promise<string> | null = null;

/** The browser's name: made on the first visit and on the disk before it is used. A private window gets one for itself. */
export function browserId(): Promise<string> {
  known ??= stored().catch(() => newId());
  return known;
}

async function stored(): Promise<string> {
  const database = await opened();
  // Local storage reaches the disk seconds later, and a browser may be killed before.
  const names = database.transaction(STORE, "readwrite", { durability: "strict" }).objectStore(STORE);
  const found = await answer<unknown>(names.get(KEY));
  if (typeof found === "string") return found;
  const made = newId();
  names.put(made, KEY);
  await new Promise<void>((resolve, reject) => {
    names.transaction.oncomplete = () => resolve();
    names.transaction.onerror = () => reject(names.transaction.error);
  });
  return made;
}

function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open("noiseloom", 1);
  request.onupgradeneeded = () => void request.result.createObjectStore(STORE);
  return answer(request);
}

function answer<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
