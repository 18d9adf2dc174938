import '@secure-call/element/define';
import type { SecureCallPlayerElement } from '@secure-call/element';
import { onTestFinished } from 'vitest';
import { simpleSource, simpleWorkerUrl } from '../simple-host.ts';

/** What the contract is about: the part of HTMLMediaElement that the element shares. */
export type MediaSubject = HTMLElement &
  Pick<
    HTMLMediaElement,
    | 'currentTime'
    | 'duration'
    | 'paused'
    | 'ended'
    | 'seeking'
    | 'playbackRate'
    | 'preservesPitch'
    | 'volume'
    | 'muted'
    | 'play'
    | 'pause'
  >;

const SAMPLE_RATE_HZ = 8000;
const SECONDS = 20;

/** The element with a real recording behind it, open and at its beginning. */
export async function openCall(): Promise<MediaSubject> {
  const element: SecureCallPlayerElement = document.createElement('secure-call-player');
  element.workerUrl = simpleWorkerUrl;
  element.onaccessevent = event => event.waitUntil(Promise.resolve());
  element.source = simpleSource();
  document.body.append(element);
  onTestFinished(() => element.remove());
  await element.open({ purpose: 'TREAT' });
  return element;
}

/** The browser's own media element, with as long a sound: what the contract says must be true of it too. */
export async function nativeAudio(): Promise<MediaSubject> {
  const url = URL.createObjectURL(new Blob([noiseWav()], { type: 'audio/wav' }));
  const audio = document.createElement('audio');
  const ready = new Promise(resolve => audio.addEventListener('canplaythrough', resolve, { once: true }));
  audio.preload = 'auto';
  audio.src = url;
  document.body.append(audio);
  onTestFinished(() => {
    audio.remove();
    URL.revokeObjectURL(url);
  });
  await ready;
  return audio;
}

function noiseWav(): ArrayBuffer {
  const bytes = SAMPLE_RATE_HZ * SECONDS;
  const view = new DataView(new ArrayBuffer(44 + bytes));
  const text = (at: number, word: string): void =>
    new TextEncoder().encode(word).forEach((byte, index) => view.setUint8(at + index, byte));
  text(0, 'RIFF');
  view.setUint32(4, 36 + bytes, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, SAMPLE_RATE_HZ, true);
  view.setUint32(28, SAMPLE_RATE_HZ, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  text(36, 'data');
  view.setUint32(40, bytes, true);
  for (let at = 44; at < view.byteLength; at += 1) view.setUint8(at, 96 + ((at * 7919) % 64));
  return view.buffer;
}
