/** Nothing sticks out, whatever the width, the language or the reader's own text spacing. */
import { afterEach, describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { mount, type Mounted, patiently } from './mount.ts';
import { sampleCall } from './sample-states.ts';
import { sampleTranscript } from './sample-transcript.ts';

const languages = ['en', 'sv', 'de', 'ar'];
/** Both sides of every change of layout; 640 is a window of 1280 at 200 %. */
const widths = [240, 289, 320, 359, 360, 390, 480, 640, 719, 720, 819, 830, 920, 979, 980, 1039, 1040, 1280];

afterEach(() => document.documentElement.removeAttribute('style'));

async function openAt(lang: string, width: number): Promise<Mounted> {
  await page.viewport(width, 900);
  document.body.style.margin = '0';
  const mounted = mount({ status: 'playing', ...sampleCall({ transcript: 'open' }) }, element => {
    element.lang = lang;
    element.dir = lang === 'ar' ? 'rtl' : 'ltr';
    element.markers = [{ seconds: 12, text: 'Symptoms' }];
  });
  mounted.player.transcript = sampleTranscript;
  await expect.poll(() => mounted.root.querySelector('.transport'), patiently).not.toBeNull();
  return mounted;
}

const nameOf = (control: Element): string =>
  control.getAttribute('part') ?? control.getAttribute('aria-label') ?? control.className;

/** Controls that are shown and reach beyond the card, or have no room at all. */
function stuckOut({ root }: Mounted): string[] {
  const card = root.querySelector('.card')?.getBoundingClientRect();
  if (card === undefined) throw new Error('There is no card.');
  return [...root.querySelectorAll<HTMLElement>('button, input, select, [tabindex="0"]')]
    .filter(control => control.checkVisibility())
    .filter(control => {
      const { left, right, width } = control.getBoundingClientRect();
      return left < card.left - 0.5 || right > card.right + 0.5 || width < 1;
    })
    .map(nameOf);
}

describe.each(languages)('in %s every control has its place', lang => {
  it.each(widths)('at %i px', async width => {
    const mounted = await openAt(lang, width);
    expect(stuckOut(mounted)).toEqual([]);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
  });
});

// WCAG 2.2, success criterion 1.4.12.
describe.each([320, 640, 830, 1280])('with wider text spacing, at %i px', width => {
  it('every control has its place', async () => {
    const mounted = await openAt('en', width);
    Object.assign(mounted.element.style, {
      letterSpacing: '0.12em',
      wordSpacing: '0.16em',
      lineHeight: '1.5',
    });
    expect(stuckOut(mounted)).toEqual([]);
  });
});

// Success criterion 1.4.4, where only text grows.
describe.each([640, 1280])('with text of twice the size, at %i px', width => {
  it('every control has its place', async () => {
    document.documentElement.style.fontSize = '200%';
    expect(stuckOut(await openAt('en', width))).toEqual([]);
  });
});
