/** Strokes that are not saved yet, kept in the browser's database so that a reload or a crash loses none. */

const NAME = "noiseloom-masks";
const STORE = "drafts";

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function ask<Value>(
  mode: IDBTransactionMode,
  what: (store: IDBObjectStore) => IDBRequest,
): Promise<Value | null> {
  try {
    const database = await opened();
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = what(transaction.objectStore(STORE));
      transaction.oncomplete = () => {
        database.close();
        resolve((request.result as Value | undefined) ?? null);
      };
      transaction.onerror = () => reject(transaction.error);
    });
  } catch {
    // A private window may refuse a database. Strokes then last as long as the page.
    return null;
  }
}

/** The strokes kept under `key`, as the mask's file. */
export function readDraft(key: string): Promise<Blob | null> {
  return ask<Blob>("readonly", (store) => store.get(key));
}

export async function writeDraft(key: string, file: Blob): Promise<void> {
  await ask("readwrite", (store) => store.put(file, key));
}

export async function dropDraft(key: string): Promise<void> {
  await ask("readwrite", (store) => store.delete(key));
}
