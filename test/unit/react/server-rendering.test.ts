import { createElement, type JSX, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { SecureCallPlayer, useCallPeaks, useCallPlayer, useCallState } from '@secure-call/react';
import { expect, test } from 'vitest';

const source = {
  call: 'q3ZkT1vL9xY',
  service: 'https://keys.invalid/calls',
  authorize: () => Promise.reject(new Error('Nobody asks on the server.')),
};

test('hooks render the idle state, and no player is made', () => {
  function Own(): ReactNode {
    // A player for an address without TLS would be refused, so this shows that none is made.
    const player = useCallPlayer({ source: { ...source, service: 'http://keys.invalid' } });
    const whole = useCallState(player);
    const status = useCallState(player, state => ({ is: state.status }));
    return `${whole.status} ${status.is} ${typeof useCallPeaks(player)}`;
  }
  expect(renderToString(createElement(Own))).toBe('idle idle undefined');
});

test('the component renders the tag, its attributes and its children, and nothing of its properties', () => {
  const player = createElement(
    SecureCallPlayer,
    {
      id: 'call',
      className: 'wide',
      lang: 'sv',
      'aria-label': 'Call',
      layout: 'compact',
      reason: 'optional',
      seekStep: 5,
      defaultPlaybackRate: 1.25,
      idleTimeout: 0,
      lockOnHidden: true,
      hotkeys: 'off',
      mediaSession: 'off',
      source,
      policy: { patientSees: true },
      actions: { showRecord: () => undefined },
      messages: { startAction: 'Hör samtalet' },
      workerUrl: '/vault.worker.js',
      onPlay: () => undefined,
      onAccessEvent: () => undefined,
    },
    createElement('span', { slot: 'title' }, 'A call'),
  );
  expect(renderToString(player)).toBe(
    '<secure-call-player id="call" class="wide" lang="sv" aria-label="Call" layout="compact" reason="optional" ' +
      'seek-step="5" default-playback-rate="1.25" idle-timeout="0" lock-on-hidden="" hotkeys="off" ' +
      'media-session="off"><span slot="title">A call</span></secure-call-player>',
  );
});

test('an attribute that is off is left out', () => {
  const player = createElement(SecureCallPlayer, { lockOnHidden: false, seekStep: undefined });
  expect(renderToString(player)).toBe('<secure-call-player></secure-call-player>');
});

test('JSX knows the tag itself, by the names of its attributes and events', () => {
  const props: JSX.IntrinsicElements['secure-call-player'] = {
    class: 'wide',
    'seek-step': 5,
    'lock-on-hidden': true,
    source,
    onaccessevent: event => event.detail.sid,
    onreasonrequest: event => event.respondWith(Promise.resolve({ purpose: 'TREAT' })),
  };
  expect(renderToString(createElement('secure-call-player', props))).toBe(
    '<secure-call-player class="wide" seek-step="5" lock-on-hidden=""></secure-call-player>',
  );
});
