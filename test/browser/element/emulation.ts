import { onTestFinished } from 'vitest';
import { cdp } from 'vitest/browser';

/** Vitest leaves the session's type to the provider. */
const send = (method: string, parameters: object = {}): Promise<void> =>
  (cdp() as unknown as { send(method: string, parameters: object): Promise<void> }).send(method, parameters);

/** Sets a media feature of the browser until the test ends. */
export async function emulateFeature(name: string, value: string): Promise<void> {
  onTestFinished(() => send('Emulation.setEmulatedMedia', { features: [] }));
  await send('Emulation.setEmulatedMedia', { features: [{ name, value }] });
}

/** Gives the screen so many device pixels to a CSS pixel until the test ends. */
export async function emulatePixelRatio(deviceScaleFactor: number): Promise<void> {
  onTestFinished(() => send('Emulation.clearDeviceMetricsOverride'));
  const metrics = { width: 0, height: 0, mobile: false, deviceScaleFactor };
  await send('Emulation.setDeviceMetricsOverride', metrics);
}

/** Frees whatever nothing refers to any more. */
export async function collectGarbage(): Promise<void> {
  await send('HeapProfiler.collectGarbage');
}
