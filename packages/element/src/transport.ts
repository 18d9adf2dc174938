import type { ChannelControls } from './channel-controls.ts';
import { h, setText } from './h.ts';
import { icon, type IconName } from './icons.ts';
import type { Words } from './messages.ts';
import { isPlaying, type OpenState } from './open-state.ts';
import type { Commands, ScreenContext } from './screen.ts';
import { soundButton } from './sound-button.ts';

export interface Transport {
  readonly root: HTMLElement;
  readonly playButton: HTMLElement;
  update(state: OpenState): void;
}

/** What the transport's switches turn on and off. */
export interface Switches {
  readonly loop: { readonly isOn: boolean; next(): void };
  readonly transcript: { readonly isShown: boolean; toggle(): void };
  readonly help: () => void;
  /** Outside the transport. */
  readonly alsoMore: readonly HTMLElement[];
}

/**
 * Play, back and forward, time, speed, loop, clearer speech, volume. Narrow containers keep all but the first and the
 * speed under "More controls", and the voices too.
 */
export function transport(context: ScreenContext, channels: ChannelControls, switches: Switches): Transport {
  const { words, commands, seekStepSeconds: count } = context;
  const play = playButton(words, commands);
  const time = timeText(words);
  const speed = soundButton(context);
  const volume = volumeControl(words, commands);
  const extras = switchButtons(context, switches);
  const core = h(
    'div',
    { class: 'core', dir: 'ltr' },
    skipButton('back', words.say('back', { count }), -count, commands),
    play.root,
    skipButton('forward', words.say('forward', { count }), count, commands),
  );
  const root = h(
    'div',
    { class: 'transport', part: 'transport', role: 'group', 'aria-label': words.say('transport') },
    core,
    channels.legend,
    time.root,
    h('span', { class: 'space' }),
    speed.root,
    moreButton(words, [extras.root, volume.root, channels.root, ...switches.alsoMore]),
    extras.root,
    volume.root,
  );
  const controls = [play, time, speed, extras, volume];
  const update = (state: OpenState): void => {
    for (const control of controls) control.update(state);
  };
  return { root, playButton: play.root, update };
}

function switchButtons({ words, commands }: ScreenContext, { loop, transcript, help }: Switches): Control {
  let isClearer = false;
  const toggle = (part: string, name: IconName, text: string, click: () => void, short = text): HTMLElement =>
    h(
      'button',
      { class: 'toggle', part, 'aria-label': text, onclick: click },
      icon(name, 18),
      h('span', { class: 'long' }, text),
      h('span', { class: 'short' }, short),
    );
  const [looping, clearer, reading] = [
    toggle('loop-button', 'loop', words.say('loop'), () => loop.next()),
    toggle(
      'clearer-button',
      'clearer',
      words.say('clearer'),
      () => commands.set({ clearerSpeech: !isClearer }),
      words.say('clearerShort'),
    ),
    toggle('transcript-button', 'text', words.say('transcript'), () => transcript.toggle()),
  ];
  const keys = h(
    'button',
    {
      class: 'icon-button help-button',
      part: 'help-button',
      'aria-label': words.say('help'),
      'aria-haspopup': 'dialog',
      onclick: help,
    },
    icon('help'),
  );
  const update = (state: OpenState): void => {
    isClearer = state.clearerSpeech === true;
    looping.setAttribute('aria-pressed', `${loop.isOn}`);
    clearer.setAttribute('aria-pressed', `${isClearer}`);
    reading.setAttribute('aria-pressed', `${transcript.isShown}`);
    reading.hidden = (state.transcript ?? 'none') === 'none';
  };
  return { root: h('div', { class: 'extras', id: 'extras' }, looping, clearer, reading, keys), update };
}

interface Control {
  readonly root: HTMLElement;
  update(state: OpenState): void;
}

function playButton(words: Words, commands: Commands): Control {
  const [playIcon, pauseIcon] = [icon('play', 24), icon('pause', 24)];
  const root = h('button', {
    class: 'play',
    part: 'play-button',
    onclick: () => commands.togglePlay(),
  });
  const update = (state: OpenState): void => {
    const [name, shown] = isPlaying(state) ? (['pause', pauseIcon] as const) : (['play', playIcon] as const);
    if (shown.parentNode === root) return;
    root.setAttribute('aria-label', words.say(name));
    root.replaceChildren(shown);
  };
  return { root, update };
}

function skipButton(
  name: 'back' | 'forward',
  label: string,
  seconds: number,
  commands: Commands,
): HTMLElement {
  return h(
    'button',
    {
      class: 'icon-button skip',
      part: `${name}-button`,
      'aria-label': label,
      onclick: () => commands.skip(seconds),
    },
    icon(name, 26, Math.abs(seconds)),
  );
}

function timeText(words: Words): Control {
  const [position, duration, waiting] = [h('b'), h('span'), h('em')];
  const root = h(
    'p',
    { class: 'time', part: 'time' },
    h('span', { dir: 'ltr', class: 'clock' }, position, duration),
    waiting,
  );
  const update = (state: OpenState): void => {
    setText(position, words.position(state.positionSeconds));
    setText(duration, ` / ${words.position(state.durationSeconds)}`);
    setText(waiting, state.status === 'waiting' ? words.say('waiting') : '');
  };
  return { root, update };
}

function volumeControl(words: Words, commands: Commands): Control {
  const icons: Readonly<Record<'mute' | 'unmute', IconName>> = { mute: 'volume', unmute: 'muted' };
  const mute = h('button', {
    class: 'icon-button',
    part: 'mute-button',
    onclick: () => commands.toggleMuted(),
  });
  const slider = h('input', {
    type: 'range',
    class: 'level',
    part: 'volume',
    min: '0',
    max: '100',
    step: '5',
    'aria-label': words.say('volume'),
    oninput: () => commands.setVolume(Number(slider.value) / 100),
  });
  let named = '';
  const update = ({ muted, volume }: OpenState): void => {
    const name = muted ? 'unmute' : 'mute';
    if (name !== named) {
      named = name;
      mute.setAttribute('aria-label', words.say(name));
      mute.replaceChildren(icon(icons[name]));
    }
    const percent = `${Math.round(100 * volume)}`;
    slider.value = percent;
    slider.setAttribute('aria-valuetext', `${percent} %`);
    slider.style.setProperty('--_level', `${muted ? 0 : percent}%`);
  };
  const pair = h('span', { class: 'pair', dir: 'ltr' }, mute, slider);
  return { root: h('div', { class: 'volume', id: 'volume' }, pair), update };
}

function moreButton(words: Words, controlled: readonly HTMLElement[]): HTMLElement {
  let isShown = false;
  const toggle = (): void => {
    isShown = !isShown;
    for (const element of controlled) element.classList.toggle('shown', isShown);
    button.setAttribute('aria-expanded', `${isShown}`);
  };
  const button = h(
    'button',
    {
      class: 'icon-button more',
      'aria-label': words.say('more'),
      'aria-expanded': 'false',
      'aria-controls': controlled.map(({ id }) => id).join(' '),
      onclick: toggle,
    },
    icon('more'),
  );
  return button;
}
