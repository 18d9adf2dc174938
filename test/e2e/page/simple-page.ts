import { createCallPlayer, type KeysRequest, SecureCallError, type SimpleSource } from '@secure-call/player';
import './headless-page.ts';

/** A simple source without its callback, which lives in this page. */
export type SimplePageSource = Omit<SimpleSource, 'keys'>;

declare global {
  interface Window {
    openSimple: (source: SimplePageSource) => Promise<{ code: string; message: string } | undefined>;
  }
}

async function post(path: string, body: unknown, signal?: AbortSignal): Promise<string> {
  const response = await fetch(path, {
    method: 'POST',
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
  if (!response.ok) throw new Error('The backend refused.');
  return response.text();
}

const keys = ({ signal, ...question }: KeysRequest): Promise<string> => post('/keys', question, signal);

window.openSimple = async source => {
  const { harness } = window;
  try {
    const player = createCallPlayer({
      source: { ...source, keys },
      workerUrl: '/simple-vault.worker.js',
      onAccessEvent: async event => {
        harness.events.push(event);
        await post('/record', event);
      },
    });
    harness.player = player;
    player.subscribe(() => {
      if (harness.states.at(-1) !== player.state.status) harness.states.push(player.state.status);
    });
    await player.open({ purpose: 'TREAT' });
    return undefined;
  } catch (error) {
    return error instanceof SecureCallError
      ? { code: error.code, message: error.message }
      : { code: String(error), message: '' };
  }
};
