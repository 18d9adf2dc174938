import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CompactEncrypt, importJWK, type JWK } from 'jose';
import { type Handler, Origin } from './deployment.ts';

/** What the page asks the backend for. */
export interface KeysQuestion {
  readonly keyIds: readonly string[];
  readonly publicJwk: JWK;
  readonly jkt: string;
}

/** The content of a key set before it is sealed. */
export interface KeySet {
  readonly [member: string]: unknown;
  readonly jkt: string;
  readonly iat: number;
  readonly exp: number;
  readonly keys: { readonly keys: readonly { kty: 'oct'; kid: string; k: string }[] };
}

const page = `<!doctype html><html lang="en"><title>Test page</title><script type="module" src="/simple-page.js"></script>`;
const scripts: Readonly<Record<string, string>> = {
  '/simple-page.js': '../var/e2e-simple/simple-page.js',
  '/simple-vault.worker.js': '../../packages/player/dist/simple-vault.worker.js',
  '/sound-tap.worklet.js': '../e2e/page/sound-tap.worklet.js',
};
const fixtures = new URL('../vectors/hls/', import.meta.url);

/** A host without a key service: page, recordings, a backend that seals keys, and a record that may fail. */
export class SimpleHost {
  readonly origin: Origin;
  /** Every request for keys. */
  readonly questions: KeysQuestion[] = [];
  /** Types of the events that were taken on record. */
  readonly record: string[] = [];
  /** Whether the record takes events. */
  recording: 'on' | 'refuses' | 'hangs' = 'on';
  /** The bytes of a key; undefined where there is none. */
  keyOf: (keyId: string) => Promise<Uint8Array | undefined> = hlsKey;
  /** Changes a set before it is sealed. */
  change: (set: KeySet) => KeySet = set => set;
  readonly #connectTo: readonly string[];

  private constructor(origin: Origin, connectTo: readonly string[]) {
    this.origin = origin;
    this.#connectTo = connectTo;
    origin.serve(request => this.#answer(request));
  }

  /** @param connectTo - other origins the page's policy lets it fetch from */
  static async listen(connectTo: readonly string[] = []): Promise<SimpleHost> {
    const nothing: Handler = () => Promise.resolve(new Response(null, { status: 503 }));
    return new SimpleHost(await Origin.listen(nothing), connectTo);
  }

  /** Address of one of the recordings in test/vectors/hls. */
  hls(path: string): string {
    return `${this.origin.url}/hls/${path}`;
  }

  /** Forgets what happened and fails in nothing. */
  reset(): void {
    this.questions.length = 0;
    this.record.length = 0;
    this.recording = 'on';
    this.keyOf = hlsKey;
    this.change = set => set;
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === '/') return this.#file(page, 'text/html');
    if (pathname === '/keys') return this.#keys((await request.json()) as KeysQuestion);
    if (pathname === '/record') return this.#recorded((await request.json()) as { type: string });
    if (pathname.startsWith('/hls/')) return media(pathname.slice('/hls/'.length), request);
    const script = scripts[pathname] ?? chunk(pathname);
    if (script === undefined) return new Response(null, { status: 404 });
    return this.#file(await readFile(new URL(script, import.meta.url)), 'text/javascript');
  }

  #file(body: string | Uint8Array<ArrayBuffer>, type: string): Response {
    const policy = [
      "default-src 'self'",
      "script-src 'self'",
      "style-src 'self'",
      'media-src blob:',
      `connect-src 'self' ${this.#connectTo.join(' ')}`,
      "require-trusted-types-for 'script'",
      'trusted-types secure-call',
    ].join('; ');
    return new Response(body, { headers: { 'content-type': type, 'content-security-policy': policy } });
  }

  async #keys(question: KeysQuestion): Promise<Response> {
    this.questions.push(question);
    const keys = question.keyIds.map(async kid => {
      const bytes = await this.keyOf(kid);
      return bytes ? [{ kty: 'oct' as const, kid, k: Buffer.from(bytes).toString('base64url') }] : [];
    });
    const iat = Math.floor(Date.now() / 1000);
    const set = { jkt: question.jkt, iat, exp: iat + 300, keys: { keys: (await Promise.all(keys)).flat() } };
    return new Response(await sealKeySet(this.change(set), question.publicJwk));
  }

  #recorded({ type }: { readonly type: string }): Promise<Response> {
    if (this.recording === 'hangs') return new Promise(() => undefined);
    if (this.recording === 'refuses') return Promise.resolve(new Response(null, { status: 503 }));
    this.record.push(type);
    return Promise.resolve(new Response(null, { status: 204 }));
  }

  close(): Promise<void> {
    return this.origin.stop();
  }
}

/** Seals a set as a host's backend does. */
export async function sealKeySet(set: KeySet, publicJwk: JWK): Promise<string> {
  const alg = publicJwk.alg ?? '';
  return new CompactEncrypt(Buffer.from(JSON.stringify(set)))
    .setProtectedHeader({ alg, enc: 'A256GCM' })
    .encrypt(await importJWK(publicJwk, alg));
}

/** `.../rotation/keys/1` is the key `rotation-1`, `.../keys/ts` is `ts`. */
async function hlsKey(keyId: string): Promise<Uint8Array | undefined> {
  const keys = JSON.parse(await readFile(new URL('keys.json', fixtures), 'utf8')) as Record<string, string>;
  const name = new URL(keyId).pathname.replace(/^.*\/(rotation)\/keys\//, '$1-').replace(/^.*\//, '');
  return keys[name] === undefined ? undefined : Buffer.from(keys[name], 'hex');
}

async function media(path: string, request: Request): Promise<Response> {
  const bytes = await readFile(fileURLToPath(new URL(path, fixtures))).catch(() => undefined);
  if (!bytes) return new Response(null, { status: 404 });
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get('range') ?? '');
  const type = extname(path) === '.m3u8' ? 'application/vnd.apple.mpegurl' : 'application/octet-stream';
  const headers = { 'content-type': type };
  if (!range) return new Response(bytes, { headers });
  const part = bytes.subarray(Number(range[1]), Number(range[2]) + 1);
  return new Response(part, { status: 206, headers });
}

const chunk = (pathname: string): string | undefined =>
  /^\/chunks\/[\w.-]+\.js$/.test(pathname) ? `../var/e2e-simple${pathname}` : undefined;

/** Bundles the test page from the packages as they ship. */
export async function buildSimplePage(): Promise<void> {
  const { build } = await import('vite');
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      outDir: fileURLToPath(new URL('../var/e2e-simple', import.meta.url)),
      emptyOutDir: true,
      target: 'es2023',
      modulePreload: false,
      rollupOptions: {
        input: fileURLToPath(new URL('../e2e/page/simple-page.ts', import.meta.url)),
        output: { entryFileNames: 'simple-page.js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  });
}
