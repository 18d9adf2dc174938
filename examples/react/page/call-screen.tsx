import type { CallPlayer, ListeningReason } from '@secure-call/player';
import { useCallPlayer, useCallState } from '@secure-call/react';
import type { ReactNode } from 'react';
import { type ListedCall, requestGrant } from './clinic-api.ts';
import { ReasonForm } from './reason-form.tsx';
import { statusWords } from './status-words.ts';
import { Transport } from './transport.tsx';
import { Waveform } from './waveform.tsx';

export interface CallScreenProps {
  readonly call: ListedCall;
  /** Base URL of the key service. */
  readonly service: string;
  readonly onClose: () => void;
}

/** One call: the reason, then the player. The session ends when this leaves the page. */
export function CallScreen({ call, service, onClose }: CallScreenProps): ReactNode {
  const player = useCallPlayer({ source: { call: call.call, service, authorize: requestGrant } });
  const status = useCallState(player, state => state.status);
  return (
    <section className="call" aria-label={`Call to ${call.line}`}>
      <p role="status">{statusWords[status]}</p>
      {screenOf(status, player)}
      <button type="button" onClick={onClose}>
        Close the call
      </button>
    </section>
  );
}

function screenOf(status: keyof typeof statusWords, player: CallPlayer): ReactNode {
  switch (status) {
    case 'opening':
    case 'unsupported':
      return undefined;
    case 'ready':
    case 'playing':
    case 'paused':
    case 'waiting':
    case 'ended':
    case 'audit-blocked':
      return (
        <>
          <Waveform player={player} />
          <Transport player={player} />
        </>
      );
    case 'locked':
      return (
        <button type="button" onClick={() => settle(unlockAndPlay(player))}>
          Continue
        </button>
      );
    default:
      return <ReasonForm onGiven={reason => settle(openAndPlay(player, reason))} />;
  }
}

async function openAndPlay(player: CallPlayer, reason: ListeningReason): Promise<void> {
  await player.open(reason);
  await player.play();
}

async function unlockAndPlay(player: CallPlayer): Promise<void> {
  await player.unlock();
  await player.play();
}

/** What goes wrong is in the player's state, which the page shows. */
function settle(work: Promise<void>): void {
  work.catch(() => undefined);
}
