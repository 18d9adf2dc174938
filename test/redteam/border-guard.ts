/** One message between page and vault, flattened: its strings and its byte arrays. */
export interface CrossingMessage {
  readonly direction: 'in' | 'out';
  readonly text: string;
  /** Byte arrays in it, base64. */
  readonly bytes: readonly string[];
  readonly cryptoKeys: number;
}

declare global {
  interface Window {
    crossings: CrossingMessage[];
  }
}

/** Runs in the page before its scripts: writes down everything that crosses a Worker's border, both ways. */
export function watchBorder(): void {
  window.crossings = [];
  const base64 = (bytes: Uint8Array): string => {
    let binary = '';
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return btoa(binary);
  };
  const note = (direction: 'in' | 'out', data: unknown): void => {
    const bytes: string[] = [];
    let cryptoKeys = 0;
    const text = JSON.stringify(data, (_name, value: unknown) => {
      if (value instanceof CryptoKey) cryptoKeys += 1;
      if (value instanceof ArrayBuffer) bytes.push(base64(new Uint8Array(value)));
      if (ArrayBuffer.isView(value))
        bytes.push(base64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)));
      return value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? 'bytes' : value;
    });
    window.crossings.push({ direction, text, bytes, cryptoKeys });
  };
  window.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener('message', (event: MessageEvent<unknown>) => note('out', event.data));
    }

    override postMessage(message: unknown, transfer?: Transferable[] | StructuredSerializeOptions): void {
      note('in', message);
      super.postMessage(message, transfer as Transferable[]);
    }
  };
}
