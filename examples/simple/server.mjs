import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { record, sealKeys } from './backend.mjs';

const MAX_BODY_BYTES = 64 * 1024;

const folderOf = name => fileURLToPath(new URL(name, import.meta.url));
/** The built page, and the recording as any file server would serve it: its key is in neither. */
const folders = [folderOf('dist/page'), folderOf('media')];

const types = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.m3u8': 'application/vnd.apple.mpegurl',
};

const headers = {
  'content-security-policy':
    "default-src 'self'; script-src 'self'; style-src 'self'; media-src blob:; connect-src 'self'; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types secure-call",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * Starts the example on this machine.
 * @param port - 0 = any
 * @returns its address, and a function that ends it
 */
export async function startExample(port = 4190) {
  const server = createServer((request, response) => {
    void answer(request, ownUrl())
      .catch(() => ({ status: 500 }))
      .then(({ status, body, type }) => {
        response.writeHead(status, { ...headers, ...(type && { 'content-type': type }) });
        response.end(body);
      });
  });
  const ownUrl = () => `http://localhost:${server.address().port}`;
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const close = () =>
    new Promise(resolve => {
      server.closeAllConnections();
      server.close(resolve);
    });
  return { url: ownUrl(), close };
}

async function answer(request, ownUrl) {
  const { pathname } = new URL(request.url, ownUrl);
  if (request.method === 'GET') return file(pathname === '/' ? '/index.html' : pathname);
  // Keys and the record are for this page only.
  if (request.headers.origin !== ownUrl) return { status: 403 };
  const body = await readJson(request);
  if (pathname === '/keys') {
    const jwe = await sealKeys(body, ownUrl);
    return jwe === undefined ? { status: 403 } : { status: 200, body: jwe, type: 'text/plain' };
  }
  if (pathname !== '/record') return { status: 404 };
  record(body);
  return { status: 204 };
}

async function file(pathname) {
  const type = types[extname(pathname)] ?? 'application/octet-stream';
  for (const folder of folders) {
    const path = join(folder, normalize(decodeURIComponent(pathname)));
    const body = path.startsWith(folder) ? await readFile(path).catch(() => undefined) : undefined;
    if (body) return { status: 200, body, type };
  }
  return { status: 404 };
}

async function readJson(request) {
  let text = '';
  for await (const part of request) {
    text += part;
    if (text.length > MAX_BODY_BYTES) throw new RangeError('The request is too large.');
  }
  return JSON.parse(text);
}
