import { type CallPlayer, createCallPlayer } from '@secure-call/player';

declare global {
  interface Window {
    /** The page's hand for the bench: a player on the headless interface, and nothing that would remember what it played. */
    heapBench: {
      open(call: string, service: string): Promise<void>;
      /** Jumps, and plays so far from there. */
      playFrom(fromSeconds: number, forSeconds: number): Promise<void>;
    };
  }
}

const LONGEST_WAIT_MS = 30_000;

let player: CallPlayer | undefined;

async function open(call: string, service: string): Promise<void> {
  const authorize = async ({ deviceKeyThumbprint }: { deviceKeyThumbprint: string }): Promise<string> => {
    const body = JSON.stringify({ call, deviceKeyThumbprint, reason: { purpose: 'TREAT' } });
    return (await fetch('/grants', { method: 'POST', body })).text();
  };
  player = createCallPlayer({ source: { call, service, authorize }, workerUrl: '/vault.worker.js' });
  await player.open({ purpose: 'TREAT' });
}

async function playFrom(fromSeconds: number, forSeconds: number): Promise<void> {
  player?.seek(fromSeconds);
  await player?.play();
  await reached(fromSeconds + forSeconds);
  player?.pause();
}

/** @throws {Error} with the status, when playback does not get there */
async function reached(seconds: number): Promise<void> {
  const since = performance.now();
  for (;;) {
    const state = player?.state;
    if (state && 'positionSeconds' in state && (state.positionSeconds ?? 0) >= seconds) return;
    if (performance.now() - since > LONGEST_WAIT_MS)
      throw new Error(`waited in vain for second ${seconds}: ${state?.status}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

window.heapBench = { open, playFrom };
