import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { frameFolder, pageFolder } from './clinic-folders.ts';

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

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Reads everything the page consists of, by the path it is served under. Nothing else can be asked for. */
export function readPageFiles(): PageFiles {
  const bundleFolder = join(pageFolder, 'dist', 'bundle');
  const scripts = readdirSync(bundleFolder).filter(name => name.endsWith('.js'));
  return new Map([
    ['/', readPageFile(join(pageFolder, 'index.html'))],
    ['/who-listened', readPageFile(join(pageFolder, 'who-listened.html'))],
    ['/reviews', readPageFile(join(pageFolder, 'reviews.html'))],
    ['/site.css', readPageFile(join(pageFolder, 'site.css'))],
    ['/people.css', readPageFile(join(pageFolder, 'people.css'))],
    ['/logo.svg', readPageFile(join(pageFolder, 'logo.svg'))],
    ...scripts.map(name => [`/bundle/${name}`, readPageFile(join(bundleFolder, name))] as const),
  ]);
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
    ['/frame.html', { bytes: new TextEncoder().encode(page), type: 'text/html; charset=utf-8' }],
    ...names.map(name => [`/${name}`, readPageFile(join(frameFolder, name))] as const),
  ]);
}

function readPageFile(path: string): PageFile {
  const type = types[extname(path)] ?? 'application/octet-stream';
  return { bytes: new Uint8Array(readFileSync(path)), type };
}
