import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright';

const folder = fileURLToPath(new URL('../../docs/images/', import.meta.url));

/** No picture of the documents is heavier. */
const MOST_BYTES = 150_000;

/**
 * Puts what is on the screen into docs/images as WebP.
 * @throws {Error} when it is too heavy at a quality that text survives
 */
export async function takePicture(of: Page | Locator, name: string): Promise<void> {
  const page = 'page' in of ? of.page() : of;
  const png = await of.screenshot({ animations: 'disabled', caret: 'hide' });
  const webp = await asWebp(page, png);
  if (webp.length > MOST_BYTES) throw new Error(`${name} has ${webp.length} bytes.`);
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}${name}.webp`, webp);
}

/** Chromium's own encoder, in a page without a policy. */
async function asWebp(page: Page, png: Buffer): Promise<Buffer> {
  const studio = await page.context().newPage();
  const base64 = await studio.evaluate(async encoded => {
    const bytes = Uint8Array.from(atob(encoded), char => char.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
    const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.9 });
    return btoa(
      Array.from(new Uint8Array(await blob.arrayBuffer()), byte => String.fromCharCode(byte)).join(''),
    );
  }, png.toString('base64'));
  await studio.close();
  return Buffer.from(base64, 'base64');
}
