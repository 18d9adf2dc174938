/** What an attacker's script in the host page has got hold of. */
export interface Loot {
  /** Whatever bytes passed through the page, base64. */
  readonly bytes: string[];
  /** Whatever else did, as text. */
  readonly texts: string[];
  /** CryptoKeys, media sources, buffers and audio graphs of the player that the script could put its hands on. */
  readonly handles: string[];
  /** Ports, to speak in the host's name. */
  readonly ports: MessagePort[];
}

declare global {
  interface Window {
    plundered: Loot;
  }
}

/** Runs before the scripts of the host page, in that page alone: hooks everything through which sound or keys might pass. */
export function plunder(): void {
  if (window !== window.top) return;
  const loot: Loot = { bytes: [], texts: [], handles: [], ports: [] };
  window.plundered = loot;
  const base64 = (bytes: Uint8Array): string => {
    let binary = '';
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return btoa(binary);
  };
  const seen = new WeakSet();
  const take = (value: unknown): void => {
    if (typeof value === 'string') loot.texts.push(value);
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (value instanceof ArrayBuffer) loot.bytes.push(base64(new Uint8Array(value)));
    else if (ArrayBuffer.isView(value))
      loot.bytes.push(base64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)));
    else if (value instanceof CryptoKey) loot.handles.push('CryptoKey');
    else if (!(value instanceof EventTarget)) for (const part of Object.values(value)) take(part);
  };
  /** Lets a method of the browser's hand over what goes in and what comes out. */
  const hook = (owner: object, name: string): void => {
    const original: unknown = Reflect.get(owner, name);
    if (typeof original !== 'function') return;
    Reflect.set(owner, name, function hooked(this: unknown, ...args: unknown[]) {
      args.forEach(take);
      const result: unknown = Reflect.apply(original, this, args);
      if (result instanceof Promise) result.then(take).catch(() => undefined);
      else take(result);
      return result;
    });
  };
  const constructorOf = (name: string): void => {
    const original = Reflect.get(window, name) as (new (...args: unknown[]) => object) | undefined;
    if (original === undefined) return;
    const proxy = new Proxy(original, {
      construct(target, args, newTarget) {
        loot.handles.push(name);
        return Reflect.construct(target, args, newTarget) as object;
      },
    });
    Reflect.set(window, name, proxy);
  };
  for (const name of Object.getOwnPropertyNames(SubtleCrypto.prototype))
    if (name !== 'constructor') hook(SubtleCrypto.prototype, name);
  hook(Worker.prototype, 'postMessage');
  hook(MessagePort.prototype, 'postMessage');
  hook(window, 'postMessage');
  hook(window, 'fetch');
  hook(Response.prototype, 'arrayBuffer');
  hook(Response.prototype, 'json');
  hook(Response.prototype, 'text');
  hook(SourceBuffer.prototype, 'appendBuffer');
  for (const name of ['Worker', 'MediaSource', 'AudioContext', 'SharedWorker', 'BroadcastChannel'])
    constructorOf(name);
  const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data');
  Object.defineProperty(MessageEvent.prototype, 'data', {
    get(this: MessageEvent): unknown {
      const value: unknown = data?.get?.call(this);
      take(value);
      return value;
    },
  });
  // The script keeps a hand on both ends of every channel of the page.
  window.MessageChannel = class extends MessageChannel {
    constructor() {
      super();
      loot.ports.push(this.port1);
      this.port1.addEventListener('message', event => take(event.data));
    }
  };
}
