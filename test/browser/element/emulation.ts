import { onTestFinished } from 'vitest';
import { cdp } from 'vitest/browser';

/** Vitest leaves the session's type to the provider. */
const send = (method: string, parameters: object = {}): Promise<void> =>
  (cdp() as unknown as { send(method: string, parameters: object): Promise<void> }).send(method, parameters);

/** Sets a media feature of the browser until the test ends. */
export async function emulateFeature(name: string, value: string): Promise<void> {
  await emulateFeatures({ [name]: value });
}

/** Sets media features, and no others, until the test ends. */
export async function emulateFeatures(features: Readonly<Record<string, string>>): Promise<void> {
  onTestFinished(() => send('Emulation.setEmulatedMedia', { features: [] }));
  const list = Object.entries(features).map(([name, value]) => ({ name, value }));
  await send('Emulation.setEmulatedMedia', { features: list });
}

/** Gives the screen so many device pixels to a CSS pixel until the test ends. */
export async function emulatePixelRatio(deviceScaleFactor: number): Promise<void> {
  onTestFinished(() => send('Emulation.clearDeviceMetricsOverride'));
  const metrics = { width: 0, height: 0, mobile: false, deviceScaleFactor };
  await send('Emulation.setDeviceMetricsOverride', metrics);
}

/** Tells pages that the screen takes two fingers, until the test ends. */
export async function emulateTouch(): Promise<void> {
  onTestFinished(() => send('Emulation.setTouchEmulationEnabled', { enabled: false }));
  await send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 2 });
}

/** Frees whatever nothing refers to any more. */
export async function collectGarbage(): Promise<void> {
  await send('HeapProfiler.collectGarbage');
}
