import type { PlayerState } from '@secure-call/player';
import { describe, expect, it } from 'vitest';
import { mount, type Mounted } from './mount.ts';
import { sampleCall, sampleStates } from './sample-states.ts';
import { conversationPeaks } from './sample-peaks.ts';
import { sampleTranscript } from './sample-transcript.ts';

const press = (root: ShadowRoot, part: string): void =>
  root.querySelector<HTMLElement>(`[part="${part}"]`)?.click();

/** Faces that lie over a state. */
const faces: Readonly<Record<string, (root: ShadowRoot) => void>> = {
  'the reason, incomplete': root => {
    press(root, 'start-button');
    press(root, 'submit-button');
  },
  'emergency access, incomplete': root => {
    press(root, 'start-button');
    press(root, 'emergency-button');
    press(root, 'submit-button');
  },
};

/** Open calls with everything in them. */
const readings: Readonly<Record<string, PlayerState>> = {
  'a review': { status: 'playing', ...sampleCall({ transcript: 'open', loopRange: [220, 260] }) },
  'a withheld transcript': { status: 'playing', ...sampleCall({ transcript: 'withheld' }) },
  'a search': { status: 'playing', ...sampleCall({ transcript: 'open' }) },
  'speed and sound': { status: 'paused', ...sampleCall() },
  'the keys': { status: 'paused', ...sampleCall() },
};
const inReadings: Readonly<Record<string, (root: ShadowRoot) => void>> = {
  'a search': root => {
    const field = root.querySelector<HTMLInputElement>('[type="search"]');
    if (field !== null) field.value = 'fever';
    field?.dispatchEvent(new Event('input'));
  },
  'speed and sound': root => press(root, 'speed'),
  'the keys': root => press(root, 'help-button'),
};

const states = { ...sampleStates(), ...readings };
const pictures = [...Object.keys(states), ...Object.keys(faces)];

describe('narrow places', () => {
  it.each([240, 320, 390, 720, 800])(
    '%i px: nothing is wider than the element, every target is large enough',
    async width => {
      for (const name of pictures) {
        const { element, root } = show(name, 'ltr');
        element.style.inlineSize = `${width}px`;
        expect(element.scrollWidth, name).toBeLessThanOrEqual(width);
        for (const control of root.querySelectorAll<HTMLElement>('button, select')) {
          const { width, height } = control.getBoundingClientRect();
          if (width > 0)
            expect(Math.min(width, height), `${name}: ${control.className}`).toBeGreaterThanOrEqual(24);
        }
        element.remove();
      }
    },
  );
});

const peaks = conversationPeaks(758);

function show(name: string, dir: 'ltr' | 'rtl'): Mounted {
  const mounted = mount(states[name] ?? { status: 'idle' }, element => {
    element.dir = dir;
    element.policy = {
      patientSees: true,
      emergencyTold: true,
      emergencyReviewHours: 72,
      emergencyMinutes: 15,
    };
    const nothing = (): void => undefined;
    element.actions = {
      askForAccess: nothing,
      showContact: nothing,
      reportFault: nothing,
      backToList: nothing,
      showRecord: nothing,
    };
  });
  if (name in readings) {
    mounted.player.peaks = peaks;
    if (name !== 'a withheld transcript') mounted.player.transcript = sampleTranscript;
    mounted.element.markers = [{ seconds: 118, text: 'Fever', note: 'Anna Lind' }];
    mounted.element.setAttribute('layout', 'review');
  }
  (faces[name] ?? inReadings[name])?.(mounted.root);
  return mounted;
}
