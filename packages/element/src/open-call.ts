import { call } from './styles/call.ts';
import { controls } from './styles/controls.ts';
import { line } from './styles/line.ts';
import { panels } from './styles/panels.ts';
import { createStyleSheets } from './styles/style-sheets.ts';

/** The open call, fetched with the player. Help and sound settings are fetched when they are asked for. */
export { callScreen } from './call-screen.ts';
/** Screens where the sound waits are given this, so that no third file has to be fetched for what both draw. */
export { waitingLine } from './waiting-line.ts';

/** What it looks like. */
export const callStyleSheets: () => readonly CSSStyleSheet[] = createStyleSheets([
  controls,
  line,
  call,
  panels,
]);
