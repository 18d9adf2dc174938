import type { HostActions } from '@secure-call/element';
import type { PlayerState } from '@secure-call/player';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { mount } from './mount.ts';
import { sampleStates } from './sample-states.ts';

const states = sampleStates();
const of = (name: string): PlayerState => {
  const state = states[name];
  if (state === undefined) throw new Error(`No sample of ${name}.`);
  return state;
};

/** Title, text, own next step and what it asks of the player. */
const ownSteps: readonly (readonly [string, string, RegExp, string, string])[] = [
  ['locked', 'Locked while you were away', /paused at 4:03/, 'Continue listening', 'unlock'],
  [
    'audit-blocked',
    'Sound is paused: the access record cannot be written',
    /goes on from 4:03/,
    'Try now',
    'retry',
  ],
  ['offline', 'No connection', /goes on from 4:03/, 'Try now', 'retry'],
];

const hostSteps: readonly (readonly [string, string, RegExp, string, keyof HostActions])[] = [
  ['denied', 'You can’t open this call', /attempt is on record/, 'Ask for access', 'askForAccess'],
  ['erased', 'This call has been erased', /no longer exists/, 'Back to the list', 'backToList'],
  ['unknown', 'This call isn’t in the archive', /link is old/, 'Back to the list', 'backToList'],
  ['revoked', 'Your access was withdrawn', /sound has stopped/, 'See whom to contact', 'showContact'],
  ['damaged', 'Part of this recording is damaged', /sound at 6:12/, 'Report the fault', 'reportFault'],
];

const failures: readonly (readonly [string, string])[] = [
  ['watermark-failed', 'Sound is paused: it can’t be marked with your name'],
  ['not-authorized', 'Your permission couldn’t be confirmed'],
  ['unreachable', 'The service that opens calls doesn’t answer'],
  ['unavailable', 'The recording can’t be fetched'],
  ['silent', 'The sound can’t be played on this computer'],
  ['failed', 'The call can’t be played'],
];

describe('states in words', () => {
  it.each(ownSteps)(
    '%s: what happened, what it means, one next step',
    async (name, title, text, action, asked) => {
      const { inside, player } = mount(of(name));
      expect(inside.getByRole('heading')).toHaveTextContent(title);
      expect(inside.getByText(text)).toBeVisible();
      expect(inside.getAllByRole('button')).toHaveLength(1);
      await userEvent.click(inside.getByRole('button', { name: action }));
      expect(player.calls[0]).toEqual([asked]);
    },
  );

  it.each(hostSteps)("%s: the next step is the host's", async (name, title, text, label, action) => {
    const handler = vi.fn();
    const { inside } = mount(of(name), element => {
      element.actions = { [action]: handler };
    });
    expect(inside.getByRole('heading')).toHaveTextContent(title);
    expect(inside.getByText(text)).toBeVisible();
    await userEvent.click(inside.getByRole('button', { name: label }));
    expect(handler).toHaveBeenCalledWith(of(name));
  });

  it.each(hostSteps)('%s: without a handler the sentence stands alone', name => {
    const { inside } = mount(of(name));
    expect(inside.queryByRole('button')).toBeNull();
  });

  it.each(failures)('%s: says so and opens again with the same reason', async (name, title) => {
    const { inside, player } = mount();
    await giveReason(inside);
    player.become(of(name));
    expect(inside.getByRole('heading')).toHaveTextContent(title);
    await userEvent.click(inside.getByRole('button', { name: 'Try again' }));
    expect(player.calls.filter(([name]) => name === 'open')).toEqual([
      ['open', { purpose: 'TREAT' }],
      ['open', { purpose: 'TREAT' }],
    ]);
  });

  it('expired: asks for a reason again and keeps the place', async () => {
    const { element, inside, player } = mount(of('expired'));
    expect(inside.getByText(/You had access until \d\d:\d\d\. Your place, 4:03,/)).toBeVisible();
    element.policy = { accessMinutes: 30 };
    expect(inside.getByText(/You had 30 minutes, until/)).toBeVisible();
    await userEvent.click(inside.getByRole('button', { name: 'Give a reason again' }));
    await userEvent.click(inside.getByRole('radio', { name: /Quality review/ }));
    await userEvent.click(inside.getByRole('button', { name: 'Open and listen' }));
    expect(player.calls).toEqual([['open', { purpose: 'HQUALIMP' }]]);
  });

  it('names who withdrew the access only when the policy does', () => {
    const { element, inside } = mount(of('revoked'));
    expect(inside.getByText(/^It was ended at \d\d:\d\d\./)).toBeVisible();
    element.policy = { withdrawnBy: 'The privacy office at Region X' };
    expect(inside.getByText(/^The privacy office at Region X ended it at \d\d:\d\d\./)).toBeVisible();
  });

  it('unsupported: copies the link for another browser', async () => {
    const copied: string[] = [];
    const spy = vi.spyOn(navigator.clipboard, 'writeText');
    spy.mockImplementation(text => Promise.resolve(void copied.push(text)));
    onTestFinished(() => spy.mockRestore());
    const { inside } = mount(of('unsupported'));
    await userEvent.click(inside.getByRole('button', { name: 'Copy link for another browser' }));
    expect(await inside.findByRole('button', { name: 'Link copied' })).toBeVisible();
    expect(copied).toEqual([location.href]);
  });

  it('opening: words and no button', () => {
    const { inside } = mount(of('opening'));
    expect(inside.getByRole('heading')).toHaveTextContent('Opening the call…');
    expect(inside.queryByRole('button')).toBeNull();
  });

  it('shows nothing of the recording behind a lock', () => {
    const { root } = mount(of('locked'));
    expect(root.querySelector('.waiting-head, .seek')).toBeNull();
  });

  it('keeps the playhead where access lives on', () => {
    const { root } = mount(of('offline'));
    expect(root.querySelector('.waiting-head')).toBeVisible();
    const line = root.querySelector('.waiting-line');
    expect(line && getComputedStyle(line).opacity).toBe('0.42');
  });
});

describe('languages', () => {
  it('speaks Swedish in a Swedish place', async () => {
    const { inside, root } = mount(of('locked'), element => element.setAttribute('lang', 'sv-SE'));
    expect(await inside.findByRole('button', { name: 'Fortsätt lyssna' })).toBeVisible();
    expect(inside.getByText(/Åtkomst till \d\d\.\d\d/)).toBeVisible();
    expect(root.querySelector('[lang]')).toHaveAttribute('lang', 'sv');
  });

  it('takes the language of the closest lang, and English where it has no words', () => {
    const before = document.documentElement.lang;
    onTestFinished(() => void (document.documentElement.lang = before));
    document.documentElement.lang = 'fi';
    const { inside, root } = mount(of('locked'));
    expect(inside.getByRole('button', { name: 'Continue listening' })).toBeVisible();
    expect(root.querySelector('[lang]')).toHaveAttribute('lang', 'en');
  });

  it("puts the host's own words in place of the built-in ones", () => {
    const { element, inside } = mount(of('denied'));
    element.messages = { deniedText: 'Ask the archive.' };
    expect(inside.getByText('Ask the archive.')).toBeVisible();
    expect(inside.getByRole('heading')).toHaveTextContent('You can’t open this call');
  });

  it('changes with the lang attribute', async () => {
    const { element, inside } = mount(of('denied'));
    element.lang = 'sv';
    expect(await inside.findByText('Du kan inte öppna det här samtalet')).toBeVisible();
  });
});

async function giveReason(inside: ReturnType<typeof mount>['inside']): Promise<void> {
  await userEvent.click(inside.getByRole('button', { name: 'Listen to the call' }));
  await userEvent.click(inside.getByRole('radio', { name: /Follow-up of care/ }));
  await userEvent.click(inside.getByRole('button', { name: 'Open and listen' }));
}
