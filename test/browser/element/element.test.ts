import { SecureCallPlayerElement } from '@secure-call/element';
import type { CallSource } from '@secure-call/player';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mount, place, recordEvents } from './mount.ts';
import { sampleAccess, sampleCall } from './sample-states.ts';
import { scriptedPlayer } from './scripted-player.ts';

const source: CallSource = {
  call: 'call-1',
  service: 'https://keys.invalid/calls',
  authorize: () => Promise.reject(new Error('not asked here')),
};

describe('media interface', () => {
  it('tells what a media element would tell', () => {
    const { element, player } = mount();
    expect([element.currentTime, element.duration, element.paused, element.ended]).toEqual([
      0,
      Number.NaN,
      true,
      false,
    ]);
    player.become({ status: 'playing', ...sampleCall({ seeking: true }) });
    expect([element.currentTime, element.duration, element.paused, element.seeking]).toEqual([
      243,
      758,
      false,
      true,
    ]);
    expect([element.playbackRate, element.volume, element.muted]).toEqual([1.25, 0.7, false]);
    player.become({ status: 'ended', ...sampleCall() });
    expect([element.paused, element.ended]).toEqual([true, true]);
  });

  it('hands commands to the player', async () => {
    const { element, player } = mount({ status: 'paused', ...sampleCall() });
    element.currentTime = 30;
    element.muted = true;
    await element.play();
    element.pause();
    element.lock();
    expect(player.calls).toEqual([['seek', 30], ['set', { muted: true }], ['play'], ['pause'], ['lock']]);
  });

  it('keeps settings made before the call is open', async () => {
    const { element, player } = mount({ status: 'idle' }, element =>
      element.setAttribute('default-playback-rate', '1.5'),
    );
    expect(element.playbackRate).toBe(1.5);
    element.volume = 0.4;
    await element.open({ purpose: 'TREAT' });
    expect(player.calls).toEqual([
      ['open', { purpose: 'TREAT' }],
      ['set', { volume: 0.4, playbackRate: 1.5 }],
    ]);
  });

  it.each(['9', '0', 'fast'])('takes no default speed of "%s"', rate => {
    const { element } = mount({ status: 'idle' }, element =>
      element.setAttribute('default-playback-rate', rate),
    );
    expect(element.playbackRate).toBe(1);
  });

  it('does not play what is not open', async () => {
    const { element } = mount();
    await expect(element.play()).rejects.toMatchObject({ name: 'InvalidStateError' });
  });

  it('refuses to open without a source', async () => {
    const { element } = place(() => undefined);
    await expect(element.open()).rejects.toThrow(TypeError);
  });
});

describe('events', () => {
  it('bubble out of shadow roots, in the order of a media element', async () => {
    const { element, player } = mount();
    const names =
      'play playing pause timeupdate seeking seeked ended ratechange volumechange durationchange waiting';
    const seen = recordEvents(element, `${names} accesschange lockchange callerror`.split(' '));
    const take = async (): Promise<string[]> => {
      await Promise.resolve();
      return seen.splice(0);
    };
    player.become({ status: 'ready', ...sampleCall({ positionSeconds: 0 }) });
    expect(await take()).toEqual(['durationchange', 'accesschange']);
    player.become({ status: 'playing', ...sampleCall({ positionSeconds: 0 }) });
    expect(await take()).toEqual(['play', 'playing']);
    player.become({
      status: 'waiting',
      cause: 'buffering',
      ...sampleCall({ positionSeconds: 9, seeking: true }),
    });
    expect(await take()).toEqual(['seeking', 'timeupdate', 'waiting']);
    player.become({ status: 'playing', ...sampleCall({ positionSeconds: 9, volume: 0.2, playbackRate: 2 }) });
    expect(await take()).toEqual(['ratechange', 'volumechange', 'seeked', 'playing']);
    player.become({ status: 'locked', positionSeconds: 9, access: sampleAccess() });
    expect(await take()).toEqual(['pause', 'accesschange', 'lockchange']);
    player.become({ status: 'failed', code: 'integrity_failed' });
    expect(await take()).toEqual(['accesschange', 'lockchange', 'callerror']);
  });

  it('carry what happened', async () => {
    const { element, player } = mount();
    const details: unknown[] = [];
    for (const name of ['accesschange', 'lockchange', 'callerror'] as const) {
      element.addEventListener(name, event => details.push(event.detail));
    }
    player.become({ status: 'denied', code: 'not_permitted' });
    player.become({ status: 'locked', positionSeconds: 0, access: sampleAccess() });
    await Promise.resolve();
    expect(details).toEqual([
      { status: 'denied' },
      { code: 'not_permitted' },
      { status: 'locked' },
      { locked: true },
    ]);
  });

  it('calls one accessevent handler at a time', () => {
    const { element } = place(() => undefined);
    const seen: string[] = [];
    element.onaccessevent = () => seen.push('first');
    element.onaccessevent = () => seen.push('second');
    element.dispatchEvent(new CustomEvent('accessevent'));
    element.onaccessevent = null;
    element.dispatchEvent(new CustomEvent('accessevent'));
    expect(seen).toEqual(['second']);
  });
});

describe('styling', () => {
  it.each(['idle', 'playing', 'locked'] as const)('is reached by :state(%s)', status => {
    const { element, player } = mount();
    if (status === 'playing') player.become({ status, ...sampleCall() });
    if (status === 'locked') player.become({ status, positionSeconds: 0, access: sampleAccess() });
    expect(element.matches(`:state(${status})`)).toBe(true);
    expect(element.matches(':state(paused)')).toBe(false);
  });

  it('takes the colours and the scheme of its place', () => {
    const { element, root } = mount();
    const card = (): string => getComputedStyle(root.querySelector('.card') ?? element).backgroundColor;
    element.style.colorScheme = 'light';
    expect(card()).toBe('rgb(255, 255, 255)');
    element.style.colorScheme = 'dark';
    expect(card()).toBe('rgb(22, 29, 36)');
    element.style.setProperty('--scp-surface', 'rgb(1, 2, 3)');
    expect(card()).toBe('rgb(1, 2, 3)');
  });

  it('uses neither style elements nor style attributes in its markup', () => {
    const { root } = mount();
    expect(root.querySelector('style, link, [style]')).toBeNull();
  });
});

describe('life in the page', () => {
  it("lets go of the host's player and never destroys it", async () => {
    const { element, player } = mount({ status: 'playing', ...sampleCall() });
    expect(player.listenerCount).toBe(1);
    element.remove();
    await Promise.resolve();
    expect(player.listenerCount).toBe(0);
    expect(player.calls).toEqual([]);
  });

  it('survives a move in the document', async () => {
    const { element, player, inside } = mount({ status: 'playing', ...sampleCall() });
    const elsewhere = document.createElement('div');
    document.body.append(elsewhere);
    elsewhere.append(element);
    await Promise.resolve();
    player.become({ status: 'paused', ...sampleCall() });
    expect(inside.getByRole('button', { name: 'Play' })).toBeVisible();
    elsewhere.remove();
  });

  it('keeps a half-written reason through a move', async () => {
    const { element, inside } = mount();
    inside.getByRole('button', { name: 'Listen to the call' }).click();
    const radio = inside.getByRole('radio', { name: /Quality review/ });
    radio.click();
    document.body.prepend(element);
    await Promise.resolve();
    expect(inside.getByRole('radio', { name: /Quality review/ })).toBe(radio);
    expect(radio).toBeChecked();
  });

  it('takes up again where the player is when it comes back', async () => {
    const { element, player, inside } = mount({ status: 'playing', ...sampleCall() });
    element.remove();
    await Promise.resolve();
    player.become({ status: 'paused', ...sampleCall() });
    document.body.append(element);
    expect(inside.getByRole('button', { name: 'Play' })).toBeVisible();
    expect(player.listenerCount).toBe(1);
  });

  it('closes the open call when it is given another source', () => {
    const { element, inside } = mount({ status: 'playing', ...sampleCall() });
    element.source = source;
    expect(element.player).toBeUndefined();
    expect(inside.getByRole('button', { name: 'Listen to the call' })).toBeVisible();
  });

  it('shows the system neither title nor name of the call', () => {
    const { element, player } = mount();
    player.become({ status: 'playing', ...sampleCall() });
    expect(navigator.mediaSession.metadata?.title).toBe('Audio');
    player.become({ status: 'expired', positionSeconds: 0, access: sampleAccess() });
    expect(navigator.mediaSession.metadata).toBeNull();
    element.setAttribute('media-session', 'off');
    player.become({ status: 'playing', ...sampleCall() });
    expect(navigator.mediaSession.metadata).toBeNull();
  });

  it('takes up what was set before it was defined', () => {
    const late = document.createElement('secure-call-player-late');
    onTestFinished(() => late.remove());
    const player = scriptedPlayer({ status: 'playing', ...sampleCall() });
    const workerUrl = '/vault.js';
    const workletUrl = '/mark.js';
    Object.assign(late, { player, workerUrl, workletUrl, policy: { patientSees: true } });
    document.body.append(late);
    customElements.define('secure-call-player-late', class extends SecureCallPlayerElement {});
    expect(late).toMatchObject({
      player,
      workerUrl,
      workletUrl,
      currentTime: 243,
      policy: { patientSees: true },
    });
    expect(Object.hasOwn(late, 'player')).toBe(false);
  });

  it('is made by document.createElement and by markup alike', () => {
    const { element } = place(() => undefined);
    expect(element satisfies SecureCallPlayerElement).toBeInstanceOf(
      customElements.get('secure-call-player'),
    );
  });
});
