import { ANSWER_SECONDS, type Attempt } from './attempt.ts';
import { hlsAttempt } from './hls-attempt.ts';

/**
 * Tries to play bytes as someone would who has found them: as a file in a plain audio element, with the browser's decoder,
 * and with hls.js by a playlist made for the purpose. Nothing is known of them but where they lie.
 * @param address - where they lie, for the playlist
 */
export async function attemptAll(bytes: ArrayBuffer, address: string): Promise<readonly Attempt[]> {
  return Promise.all([audioAttempt(bytes), decoderAttempt(bytes), hlsAttempt(address)]);
}

async function audioAttempt(bytes: ArrayBuffer): Promise<Attempt> {
  // From memory, so that no header of the storage stands in the way.
  const url = URL.createObjectURL(new Blob([bytes]));
  const audio = new Audio();
  const answer = new Promise<Attempt>(resolve => {
    audio.addEventListener('canplay', () => resolve({ way: 'audio', played: true, said: '' }));
    audio.addEventListener('error', () =>
      resolve({ way: 'audio', played: false, said: audio.error?.message ?? '' }),
    );
    setTimeout(() => resolve({ way: 'audio', played: false, said: '' }), ANSWER_SECONDS * 1000);
  });
  audio.src = url;
  const attempt = await answer;
  audio.removeAttribute('src');
  audio.load();
  URL.revokeObjectURL(url);
  return attempt;
}

async function decoderAttempt(bytes: ArrayBuffer): Promise<Attempt> {
  try {
    await new OfflineAudioContext(1, 1, 8000).decodeAudioData(bytes.slice(0));
    return { way: 'decoder', played: true, said: '' };
  } catch (error) {
    return { way: 'decoder', played: false, said: error instanceof Error ? error.message : '' };
  }
}
