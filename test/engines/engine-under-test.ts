import { findFirefox, findWebKit } from '../setup/engines.mjs';
import type { Engine } from './engine-page.ts';
import { launchFirefox } from './firefox.ts';
import { launchWebKit } from './webkit.ts';

/** An engine that this machine has, or the name of what it lacks for it. */
export interface EngineUnderTest {
  readonly name: string;
  readonly missing: string | undefined;
  readonly launch: (pulseServer: string) => Promise<Engine>;
}

const lacking = (missing: string): Promise<never> =>
  Promise.reject(new Error(`${missing} is not installed.`));

/** The engines besides Chromium, which every other suite uses. */
export function enginesUnderTest(): EngineUnderTest[] {
  const firefox = findFirefox();
  const webkit = findWebKit();
  return [
    {
      name: 'Firefox',
      missing: firefox.missing,
      launch: pulseServer =>
        firefox.found ? launchFirefox(firefox.found.Firefox, pulseServer) : lacking(firefox.missing),
    },
    {
      name: 'WebKitGTK',
      missing: webkit.missing,
      launch: pulseServer =>
        webkit.found ? launchWebKit(webkit.found, pulseServer) : lacking(webkit.missing),
    },
  ];
}
