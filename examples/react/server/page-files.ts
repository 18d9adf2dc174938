import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';

// Found by name: this file runs from its source in tests and from `dist` otherwise, one folder further down.
const require = createRequire(import.meta.url);
/** Where `vite build` puts the page. */
export const builtPageFolder: string = join(
  dirname(require.resolve('@secure-call/example-react/package.json')),
  'dist',
  'page',
);

export interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
}

/** By the path each is served under. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Reads a built page. Nothing else can be asked for. */
export function readPageFiles(pageFolder: string): PageFiles {
  const read = (path: string): PageFile => readPageFile(join(pageFolder, path));
  const assets = readdirSync(join(pageFolder, 'assets'));
  return new Map([
    ['/', read('index.html')],
    ...assets.map(name => [`/assets/${name}`, read(join('assets', name))] as const),
  ]);
}

function readPageFile(path: string): PageFile {
  const type = types[extname(path)] ?? 'application/octet-stream';
  return { bytes: new Uint8Array(readFileSync(path)), type };
}
