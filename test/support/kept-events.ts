import type { Page } from 'playwright';

/** A row of the browser's outbox, as script in the page finds it. */
export interface KeptRow {
  readonly key: [sid: string, eventSeq: number];
  readonly value: { service: string; eventSeq: number; jws: string; at: number; kind: string };
}

/** Everything in the page's outbox. */
export function keptEvents(page: Page): Promise<KeptRow[]> {
  return page.evaluate(
    () =>
      new Promise<KeptRow[]>((resolve, reject) => {
        const opening = indexedDB.open('secure-call-outbox');
        opening.onerror = () => reject(opening.error ?? new Error('The outbox cannot be opened.'));
        opening.onsuccess = () => {
          const store = opening.result.transaction('events').objectStore('events');
          const [keys, values] = [store.getAllKeys(), store.getAll()];
          values.onsuccess = () => {
            opening.result.close();
            resolve(keys.result.map((key, at) => ({ key, value: values.result[at] }) as KeptRow));
          };
        };
      }),
  );
}

/** Changes the page's outbox as injected script could: rows are put, and those without a value removed. */
export function changeKept(page: Page, rows: readonly { key: unknown; value?: unknown }[]): Promise<void> {
  return page.evaluate(
    changes =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('secure-call-outbox');
        opening.onerror = () => reject(opening.error ?? new Error('The outbox cannot be opened.'));
        opening.onsuccess = () => {
          const transaction = opening.result.transaction('events', 'readwrite');
          for (const { key, value } of changes) {
            if (value === undefined) transaction.objectStore('events').delete(key as IDBValidKey);
            else transaction.objectStore('events').put(value, key as IDBValidKey);
          }
          transaction.oncomplete = () => {
            opening.result.close();
            resolve();
          };
        };
      }),
    rows as { key: unknown; value?: unknown }[],
  );
}
