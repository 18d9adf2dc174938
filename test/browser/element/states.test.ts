import type { HostActions } from '@secure-call/element';
import type { PlayerState } from '@secure-call/player';
import { SecureCallError } from '@secure-call/protocol';
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
  ['locked', 'Locked', /^The sound is paused at 4:03\.$/, 'Continue listening', 'unlock'],
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
  ['denied', 'You can’t open this call', /^Your role or unit/, 'Ask for access', 'askForAccess'],
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

  it.each(hostSteps)('%s: without a handler the sentence stands alone', (name, _, __, label) => {
    const { inside } = mount(of(name));
    expect(inside.queryByRole('button', { name: label })).toBeNull();
  });

  it('denied: says that the attempt is on record only when the policy does', () => {
    const { element, inside } = mount(of('denied'));
    expect(inside.queryByText(/on record/)).toBeNull();
    element.policy = { refusalsRecorded: true };
    expect(inside.getByText(/The attempt is on record\.$/)).toBeVisible();
  });

  it('denied: another reason may be given', async () => {
    const { inside, player } = mount();
    await giveReason(inside);
    player.become(of('denied'));
    await userEvent.click(inside.getByRole('button', { name: 'Give another reason' }));
    await userEvent.click(inside.getByRole('radio', { name: /Quality review/ }));
    await userEvent.click(inside.getByRole('button', { name: 'Open and listen' }));
    expect(player.calls.at(-1)).toEqual(['open', { purpose: 'HQUALIMP' }]);
  });

  it('denied: emergency access is a step away, and back', async () => {
    const { inside } = mount(of('denied'));
    await userEvent.click(inside.getByRole('button', { name: 'Emergency access' }));
    expect(inside.getByRole('heading', { name: 'Emergency access to the call' })).toBeVisible();
    await userEvent.click(inside.getByRole('button', { name: 'Back' }));
    await userEvent.click(inside.getByRole('button', { name: 'Cancel' }));
    expect(inside.getByRole('heading', { name: 'You can’t open this call' })).toBeVisible();
  });

  it('denied: neither is offered where it does not exist', () => {
    const { element, inside } = mount(of('denied'));
    element.policy = { emergencyAccess: false };
    expect(inside.queryByRole('button', { name: 'Emergency access' })).toBeNull();
    element.setAttribute('reason', 'none');
    expect(inside.queryByRole('button')).toBeNull();
  });

  it.each(['grant_invalid', 'grant_expired', 'grant_used', 'proof_invalid'] as const)(
    '%s: blames nobody and tries again with the same reason',
    async code => {
      const { inside, player } = mount();
      await giveReason(inside);
      player.become({ status: 'denied', code });
      expect(inside.getByRole('heading')).toHaveTextContent('Your permission couldn’t be confirmed');
      expect(inside.getByText(`Ref. ${code}`)).toBeVisible();
      await userEvent.click(inside.getByRole('button', { name: 'Try again' }));
      expect(player.calls).toEqual([
        ['open', { purpose: 'TREAT' }],
        ['open', { purpose: 'TREAT' }],
      ]);
    },
  );

  it('wrongly set up: tells the listener whom to ask and the console what is missing', async () => {
    const logged: unknown[] = [];
    const spy = vi.spyOn(console, 'error').mockImplementation(line => void logged.push(line));
    onTestFinished(() => spy.mockRestore());
    const { element, inside, player } = mount();
    player.open = () => {
      player.become(of('wrongly-set-up'));
      return Promise.reject(new SecureCallError('setup_invalid', 'The file vault.worker.js is missing.'));
    };
    await expect(element.open({ purpose: 'TREAT' })).rejects.toMatchObject({ code: 'setup_invalid' });
    expect(inside.getByRole('heading')).toHaveTextContent('The player isn’t set up right');
    expect(inside.getByText('This is not your fault. Tell whoever runs this application.')).toBeVisible();
    expect(inside.getByText('Ref. setup_invalid')).toBeVisible();
    expect(inside.queryByRole('button')).toBeNull();
    expect(logged).toEqual(['The file vault.worker.js is missing.']);
  });

  it('keeps the console silent about every other error', async () => {
    const spy = vi.spyOn(console, 'error');
    onTestFinished(() => spy.mockRestore());
    const { element, player } = mount();
    player.open = () => Promise.reject(new SecureCallError('not_permitted', 'Not this call.'));
    await expect(element.open({ purpose: 'TREAT' })).rejects.toMatchObject({ code: 'not_permitted' });
    expect(spy).not.toHaveBeenCalled();
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
    expect(inside.getByText(/Åtkomst till kl\. \d\d\.\d\d/)).toBeVisible();
    expect(root.querySelector('[lang]')).toHaveAttribute('lang', 'sv');
  });

  it('says in Swedish that a time is a time and no date', async () => {
    const { inside } = mount(of('revoked'), element => {
      element.lang = 'sv';
      element.policy = { withdrawnBy: 'Dataskyddsfunktionen' };
    });
    expect(
      await inside.findByText(/^Dataskyddsfunktionen avslutade åtkomsten kl\. \d\d\.\d\d\./),
    ).toBeVisible();
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
