import type { PlayerState } from '@secure-call/player';
import { emergencyForm } from './emergency-form.ts';
import { openingScreen } from './opening-screen.ts';
import { reasonForm } from './reason-form.ts';
import type { Screen, ScreenContext } from './screen.ts';
import type { Face } from './screen-name.ts';
import { stateScreen, type ScreenParts } from './state-screen.ts';
import { stateWords } from './state-words.ts';
import { forms } from './styles/forms.ts';
import { states } from './styles/states.ts';
import { createStyleSheets } from './styles/style-sheets.ts';

/**
 * The screens besides start card and open call; fetched with the player, when someone is about to open the call, since
 * some of them are for when nothing can be fetched.
 * @param parts - of the open call, which is fetched at the same time
 * @returns undefined where the state is that of an open call
 */
export function createLaterScreen(
  state: PlayerState,
  face: Face,
  context: ScreenContext,
  parts: ScreenParts,
): Screen | undefined {
  if (face === 'emergency') return emergencyForm(context);
  if (face === 'reason' || state.status === 'reason-required') return reasonForm(context);
  if (state.status === 'opening') return openingScreen(context);
  const said = stateWords(state, context);
  return said && stateScreen(state, said, context, parts);
}

/** What those screens look like. */
export const laterStyleSheets: () => readonly CSSStyleSheet[] = createStyleSheets([forms, states]);
