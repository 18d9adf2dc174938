import type { PlayerState } from '@secure-call/player';
import { callScreen } from './call-screen.ts';
import { emergencyForm } from './emergency-form.ts';
import { openingScreen } from './opening-screen.ts';
import { reasonForm } from './reason-form.ts';
import type { Screen, ScreenContext } from './screen.ts';
import type { Face } from './screen-name.ts';
import { stateScreen } from './state-screen.ts';
import { stateWords } from './state-words.ts';
import { call } from './styles/call.ts';
import { controls } from './styles/controls.ts';
import { forms } from './styles/forms.ts';
import { line } from './styles/line.ts';
import { panels } from './styles/panels.ts';
import { states } from './styles/states.ts';
import { createStyleSheets } from './styles/style-sheets.ts';

/** Every screen but the start card; fetched with the player, when someone is about to open the call. */
export function createLaterScreen(state: PlayerState, face: Face, context: ScreenContext): Screen {
  if (face === 'emergency') return emergencyForm(context);
  if (face === 'reason' || state.status === 'reason-required') return reasonForm(context);
  if (state.status === 'opening') return openingScreen(context);
  const said = stateWords(state, context);
  return said === undefined ? callScreen(state, context) : stateScreen(state, said, context);
}

/** What those screens look like. */
export const laterStyleSheets: () => readonly CSSStyleSheet[] = createStyleSheets([
  controls,
  forms,
  states,
  line,
  call,
  panels,
]);
