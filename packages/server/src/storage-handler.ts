import { createReadStream } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { Readable } from 'node:stream';

/** What a package's names are made of; no segment can climb out of the folder. */
const SEGMENT = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

const corsHeaders = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'accept-ranges, content-length, content-range, etag',
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
};

/**
 * Serves a folder of packages as an object store does, for development and the example. It is world-readable and lists
 * its folders on purpose: nothing in it is of use without the key service.
 * @param folder - an existing folder
 */
export function createStorageHandler(folder: string): (request: Request) => Promise<Response> {
  return async request => {
    if (request.method === 'OPTIONS') return preflight();
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, { allow: 'GET, HEAD' });
    const segments = segmentsOf(new URL(request.url).pathname);
    const path = segments && (await pathWithin(folder, segments));
    if (path === undefined) return plain(404);
    return new URL(request.url).pathname.endsWith('/') ? listing(path) : object(request, path);
  };
}

/** @returns undefined when a segment is not a name that a package could have */
function segmentsOf(pathname: string): string[] | undefined {
  const segments = pathname.split('/').filter(segment => segment !== '');
  return segments.every(segment => SEGMENT.test(segment)) ? segments : undefined;
}

/** The real path of what is asked for. @returns undefined when it is missing, or a link that leads elsewhere */
async function pathWithin(folder: string, segments: readonly string[]): Promise<string | undefined> {
  try {
    const root = await realpath(folder);
    const path = await realpath(join(root, ...segments));
    return path === root || path.startsWith(root + sep) ? path : undefined;
  } catch {
    return undefined;
  }
}

async function listing(path: string): Promise<Response> {
  if (!(await stat(path)).isDirectory()) return plain(404);
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries
    .filter(entry => SEGMENT.test(entry.name))
    .map(entry => (entry.isDirectory() ? `${entry.name}/` : entry.name));
  const headers = { ...corsHeaders, 'content-type': 'application/json', 'cache-control': 'no-store' };
  return new Response(JSON.stringify({ entries: names.sort() }), { headers });
}

async function object(request: Request, path: string): Promise<Response> {
  const info = await stat(path);
  if (!info.isFile()) return plain(404);
  const headers = new Headers({
    ...corsHeaders,
    'accept-ranges': 'bytes',
    'cache-control': 'public, no-transform, immutable, max-age=31536000',
    'content-type': 'application/octet-stream',
    etag: `"${info.size.toString(36)}-${Math.trunc(info.mtimeMs).toString(36)}"`,
  });
  const range = rangeOf(request.headers.get('range'), info.size);
  if (range === 'unsatisfiable') return plain(416, { 'content-range': `bytes */${info.size}` });
  const { start, end } = range ?? { start: 0, end: info.size - 1 };
  headers.set('content-length', String(end - start + 1));
  if (range) headers.set('content-range', `bytes ${start}-${end}/${info.size}`);
  const body = request.method === 'HEAD' || info.size === 0 ? null : await fileStream(path, start, end);
  return new Response(body, { status: range ? 206 : 200, headers });
}

interface ByteRange {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

/**
 * RFC 9110 section 14.1.2, one range only; anything else is answered with the whole object, as section 14.2 allows.
 * @returns undefined for the whole object
 */
function rangeOf(header: string | null, size: number): ByteRange | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const start = Math.max(0, size - Number(last));
    return start < size ? { start, end: size - 1 } : 'unsatisfiable';
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start < size ? { start, end } : 'unsatisfiable';
}

/** Opens the file first, so that a missing one is an answer and not a broken stream. */
async function fileStream(path: string, start: number, end: number): Promise<ReadableStream<Uint8Array>> {
  const file = await open(path, 'r');
  const nodeStream = createReadStream(path, { fd: file, start, end });
  return Readable.toWeb(nodeStream) as ReadableStream<Uint8Array>;
}

function preflight(): Response {
  const headers = {
    ...corsHeaders,
    'access-control-allow-methods': 'GET, HEAD',
    'access-control-allow-headers': 'range, if-range',
    'access-control-max-age': '86400',
  };
  return new Response(null, { status: 204, headers });
}

const plain = (status: number, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(null, { status, headers: { ...corsHeaders, 'cache-control': 'no-store', ...headers } });
