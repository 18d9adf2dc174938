import { fireEvent } from '@testing-library/dom';
import { describe, expect, it, onTestFinished } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { nextFrames } from './drawn-bars.ts';
import { mount, patiently } from './mount.ts';
import { openReview, playTo } from './open-call.ts';
import { sampleCall } from './sample-states.ts';
import { longTranscript } from './sample-transcript.ts';

const currentText = (root: ShadowRoot): string =>
  root.querySelector('.turn[aria-current] p')?.textContent ?? '';
const list = (root: ShadowRoot): HTMLElement => {
  const found = root.querySelector<HTMLElement>('.turns');
  if (found === null) throw new Error('There is no transcript.');
  return found;
};

describe('keys of the transcript', () => {
  it('are asked for when it is shown, once, and not before', async () => {
    await page.viewport(1000, 800);
    const { player, inside } = mount({ status: 'playing', ...sampleCall({ transcript: 'sealed' }) });
    player.become({ status: 'playing', ...sampleCall({ transcript: 'sealed', positionSeconds: 244 }) });
    expect(player.calls).toEqual([]);
    await userEvent.click(inside.getByRole('button', { name: 'Transcript' }));
    player.become({ status: 'playing', ...sampleCall({ transcript: 'sealed', positionSeconds: 245 }) });
    expect(player.calls).toEqual([['readTranscript', 'viewed']]);
    expect(inside.getByText('Fetching the transcript…')).toBeVisible();
  });

  it('are asked for again after unlocking', async () => {
    const mounted = await openReview({ transcript: 'sealed' });
    const { player } = mounted;
    player.become({ status: 'locked', positionSeconds: 243, access: sampleCall().access });
    expect(mounted.root.textContent).not.toContain('lying next to me');
    playTo(mounted, 243, { transcript: 'sealed' });
    expect(player.calls).toEqual([
      ['readTranscript', 'viewed'],
      ['readTranscript', 'viewed'],
    ]);
  });

  it('that are withheld are told of', async () => {
    const { player, inside } = await openReview();
    player.transcript = undefined;
    player.become({ status: 'playing', ...sampleCall({ transcript: 'withheld' }) });
    expect(inside.getByText('Your access doesn’t cover the transcript.')).toBeVisible();
  });

  it('are not asked for where there is no transcript', async () => {
    const { player, inside } = await openReview({ transcript: 'none' });
    expect(player.calls).toEqual([]);
    expect(inside.queryByRole('button', { name: 'Transcript' })).toBeNull();
  });
});

describe('turns', () => {
  it('have time, speaker and words, and what was redacted shows its length and kind', async () => {
    const { inside, root } = await openReview();
    const turn = inside.getByText(/Is she drinking/).closest('li');
    expect(turn).toHaveTextContent('3:52NurseIs she drinking?');
    const redacted = root.querySelectorAll('.redaction');
    expect(redacted[1]).toHaveTextContent('Redacted, 9 s · identity number');
  });

  it('stand under their chapters', async () => {
    const { root } = await openReview();
    const heads = [...root.querySelectorAll('.chapter-head')];
    expect(heads.map(head => head.textContent)).toEqual(['Symptoms', 'Assessment', 'Advice']);
    expect(heads[1]?.nextElementSibling).toHaveTextContent('3:28');
  });

  it('show who speaks now, and move with the sound', async () => {
    const mounted = await openReview();
    expect(currentText(mounted.root)).toMatch(/^Some water/);
    playTo(mounted, 256);
    expect(currentText(mounted.root)).toMatch(/^Did the fever medicine/);
    expect(mounted.root.querySelectorAll('[aria-current]')).toHaveLength(1);
  });

  it('go where they are clicked, by hand and by keyboard, with one stop of Tab', async () => {
    const { inside, player, root, focused } = await openReview();
    await userEvent.click(inside.getByText(/Is she drinking/));
    expect(player.calls).toEqual([['seek', 232]]);
    expect(root.querySelectorAll('.turn-time[tabindex="0"]')).toHaveLength(1);
    inside.getByRole('button', { name: 'Play from 3:59' }).focus();
    await userEvent.keyboard('{ArrowDown}');
    expect(focused()).toHaveAccessibleName('Play from 4:14');
    await userEvent.keyboard('{Enter}');
    expect(player.calls[1]).toEqual(['seek', 254]);
  });
});

describe('following', () => {
  it('keeps who speaks in sight', async () => {
    const mounted = await openReview();
    mounted.player.transcript = longTranscript;
    playTo(mounted, 600);
    await nextFrames(2);
    const box = list(mounted.root).getBoundingClientRect();
    const turn = mounted.root.querySelector('.turn[aria-current]')?.getBoundingClientRect();
    expect(turn?.top).toBeGreaterThan(box.top);
    expect(turn?.bottom).toBeLessThan(box.bottom);
  });

  it('ends when a hand scrolls, and starts again by "Back to"', async () => {
    const mounted = await openReview();
    const { inside, root } = mounted;
    mounted.player.transcript = longTranscript;
    playTo(mounted, 200);
    expect(inside.getByRole('button', { name: 'Follow', pressed: true })).toBeVisible();
    fireEvent.wheel(list(root));
    expect(inside.getByRole('button', { name: 'Follow', pressed: false })).toBeVisible();
    list(root).scrollTop = 9000;
    playTo(mounted, 204.5);
    playTo(mounted, 208.5);
    await nextFrames(2);
    expect(list(root).scrollTop).toBe(9000);
    await userEvent.click(inside.getByRole('button', { name: 'Back to 3:28' }));
    expect(list(root).scrollTop).not.toBe(9000);
    expect(inside.queryByRole('button', { name: /Back to/ })).toBeNull();
  });
});

describe('search', () => {
  it('counts hits, goes round them, and marks where it is', async () => {
    const { inside, root } = await openReview();
    await userEvent.type(inside.getByRole('searchbox'), 'FEVER');
    const now = (): string | undefined =>
      root.querySelector('mark.now')?.closest('li')?.textContent.slice(0, 4);
    expect(root.querySelectorAll('mark')).toHaveLength(6);
    expect(root.querySelector('.hit-count')).toHaveTextContent('1 of 6');
    expect(now()).toBe('0:18');
    await userEvent.keyboard('{Enter}');
    expect(now()).toBe('1:58');
    await userEvent.keyboard('{Shift>}{Enter}{Enter}{/Shift}');
    expect(root.querySelector('.hit-count')).toHaveTextContent('6 of 6');
    await userEvent.click(inside.getByRole('button', { name: 'Next hit' }));
    expect(now()).toBe('0:18');
    await userEvent.clear(inside.getByRole('searchbox'));
    expect(root.querySelectorAll('mark')).toHaveLength(0);
    expect(inside.getByText(/The fever was thirty-nine/)).toBeVisible();
  });

  it('goes on with n and back with N in the transcript', async () => {
    const { inside, player, root } = await openReview();
    await userEvent.type(inside.getByRole('searchbox'), 'fever');
    inside.getByRole('button', { name: 'Next hit' }).focus();
    await userEvent.keyboard('n');
    expect(root.querySelector('.hit-count')).toHaveTextContent('2 of 6');
    await userEvent.keyboard('N');
    expect(root.querySelector('.hit-count')).toHaveTextContent('1 of 6');
    expect(player.calls).toEqual([['readTranscript', 'searched']]);
  });

  it('is on record once for each search, and said', async () => {
    const { inside, player } = await openReview();
    const field = inside.getByRole('searchbox');
    await userEvent.type(field, 'water');
    await expect.poll(() => inside.getByRole('status').textContent, patiently).toBe('1 of 1');
    await userEvent.clear(field);
    await userEvent.type(field, 'xylophone');
    expect(player.calls).toEqual([
      ['readTranscript', 'searched'],
      ['readTranscript', 'searched'],
    ]);
    await expect.poll(() => inside.getByRole('status').textContent, patiently).toBe('No hits');
  });

  it('takes no text of a redacted span', async () => {
    const { inside, root } = await openReview();
    await userEvent.type(inside.getByRole('searchbox'), 'identity number');
    expect(root.querySelectorAll('mark')).toHaveLength(1);
  });

  it('is off for spelling, autofill and translation, and keeps what is typed from the host', async () => {
    const { inside } = await openReview();
    const field = inside.getByRole('searchbox');
    for (const [name, value] of Object.entries({ spellcheck: 'false', autocomplete: 'off', translate: 'no' }))
      expect(field).toHaveAttribute(name, value);
    const seen: string[] = [];
    const listener = ({ key }: KeyboardEvent): void => void seen.push(key);
    document.addEventListener('keydown', listener);
    onTestFinished(() => document.removeEventListener('keydown', listener));
    await userEvent.type(field, 'km');
    expect(seen).toEqual([]);
  });

  it('is reached by /', async () => {
    const { inside, focused } = await openReview();
    inside.getByRole('button', { name: 'Pause' }).focus();
    await userEvent.keyboard('/');
    expect(focused()).toBe(inside.getByRole('searchbox'));
    expect(inside.getByRole('searchbox')).toHaveValue('');
  });
});

describe('three hours of text', () => {
  it('are laid out only where they are seen', async () => {
    const mounted = await openReview();
    mounted.player.transcript = longTranscript;
    playTo(mounted, 400);
    await nextFrames(3);
    const turns = [...mounted.root.querySelectorAll('.turn')];
    expect(turns).toHaveLength(2700);
    const drawn = turns.filter(turn =>
      turn.firstElementChild?.checkVisibility({ contentVisibilityAuto: true }),
    );
    expect(drawn.length).toBeGreaterThan(0);
    expect(drawn.length).toBeLessThan(120);
  });
});
