import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { frameFolder, pageFolder } from './clinic-folders.ts';
import { notFoundHtml } from './page-shell.ts';
import { pageSources } from './pages.ts';

export interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
}

export type PageFiles = ReadonlyMap<string, PageFile>;

/** @returns undefined where it is no file that is asked for */
export function answerFile({ method, url }: Request, files: PageFiles): Response | undefined {
  const file = method === 'GET' ? files.get(new URL(url).pathname) : undefined;
  return file && new Response(file.bytes, { headers: { 'content-type': file.type } });
}

const htmlType = 'text/html; charset=utf-8';
const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Reads everything the pages consist of, by the path it is served under. Nothing else can be asked for. */
export function readPageFiles(): PageFiles {
  const bundleFolder = join(pageFolder, 'dist', 'bundle');
  return new Map([
    ...pageSources().map(([path, html]) => [path, pageFile(html)] as const),
    ['/logo.svg', readPageFile(join(pageFolder, 'logo.svg'))],
    ...readFolder(pageFolder, '.css', '/'),
    ...readFolder(bundleFolder, '.js', '/bundle/'),
  ]);
}

/** What a visitor gets who goes where nothing is. */
export const notFoundPage = (): Response =>
  new Response(notFoundHtml, { status: 404, headers: { 'content-type': htmlType } });

const pageFile = (html: string): PageFile => ({ bytes: new TextEncoder().encode(html), type: htmlType });

function readFolder(folder: string, ending: string, under: string): [path: string, file: PageFile][] {
  const names = readdirSync(folder).filter(name => name.endsWith(ending));
  return names.map(name => [under + name, readPageFile(join(folder, name))]);
}

export interface FrameConfig {
  /** Origins whose pages may hold the frame. */
  readonly hosts: string;
  readonly service: string;
}

/** Reads what the player's frame consists of, and writes into its page who may hold it and where the keys are. */
export function readFrameFiles({ hosts, service }: FrameConfig): PageFiles {
  const names = ['frame.js', 'vault.worker.js', 'watermark.worklet.js'];
  const page = readFileSync(join(frameFolder, 'frame.html'), 'utf8')
    .replace('name="secure-call-hosts" content=""', `name="secure-call-hosts" content="${hosts}"`)
    .replace('name="secure-call-service" content=""', `name="secure-call-service" content="${service}"`);
  return new Map([
    ['/frame.html', pageFile(page)],
    ...names.map(name => [`/${name}`, readPageFile(join(frameFolder, name))] as const),
  ]);
}

function readPageFile(path: string): PageFile {
  const type = types[extname(path)] ?? 'application/octet-stream';
  return { bytes: new Uint8Array(readFileSync(path)), type };
}
