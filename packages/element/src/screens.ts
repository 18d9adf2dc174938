import type { PlayerState } from '@secure-call/player';
import { callScreen } from './call-screen.ts';
import { emergencyForm } from './emergency-form.ts';
import { openingScreen } from './opening-screen.ts';
import { reasonForm } from './reason-form.ts';
import type { Screen, ScreenContext } from './screen.ts';
import { startCard } from './start-card.ts';
import { stateScreen } from './state-screen.ts';
import { stateWords } from './state-words.ts';

/** What is shown: the state itself, or a card that lies over it while someone answers. */
export type Face = 'state' | 'start' | 'reason' | 'emergency';

/** Same name, same screen: it is updated, not built anew. */
export function screenName(state: PlayerState, face: Face): string {
  if (face !== 'state') return face;
  switch (state.status) {
    case 'ready':
    case 'playing':
    case 'paused':
    case 'ended':
      return 'call';
    case 'waiting':
      return state.cause === 'offline' ? 'offline' : 'call';
    case 'denied':
    case 'failed':
      return `${state.status} ${state.code}`;
    default:
      return state.status;
  }
}

export function createScreen(state: PlayerState, face: Face, context: ScreenContext): Screen {
  if (face === 'emergency') return emergencyForm(context);
  if (face === 'reason') return reasonForm(context);
  if (face === 'start' || state.status === 'idle') return startCard(context);
  if (state.status === 'reason-required') return reasonForm(context);
  if (state.status === 'opening') return openingScreen(context);
  const said = stateWords(state, context);
  return said === undefined ? callScreen(state, context) : stateScreen(state, said, context);
}
