import type { ChannelControls } from './channel-controls.ts';
import { h, setText } from './h.ts';
import { icon, type IconName } from './icons.ts';
import type { Words } from './messages.ts';
import { isPlaying, type OpenState } from './open-state.ts';
import { playbackRates } from './playback-rates.ts';
import type { Commands, ScreenContext } from './screen.ts';

export interface Transport {
  readonly root: HTMLElement;
  readonly playButton: HTMLElement;
  update(state: OpenState): void;
}

/** Play, back and forward, time, speed, volume. Narrow containers keep volume and voices under "More controls". */
export function transport(
  { words, commands, seekStepSeconds: count }: ScreenContext,
  channels: ChannelControls,
): Transport {
  const play = playButton(words, commands);
  const time = timeText(words);
  const speed = speedControl(words, commands);
  const volume = volumeControl(words, commands);
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
    moreButton(words, [volume.root, channels.root]),
    volume.root,
  );
  const update = (state: OpenState): void => {
    play.update(state);
    time.update(state);
    speed.update(state);
    volume.update(state);
  };
  return { root, playButton: play.root, update };
}

interface Control {
  readonly root: HTMLElement;
  update(state: OpenState): void;
}

function playButton(words: Words, commands: Commands): Control {
  const [playIcon, pauseIcon] = [icon('play', 24), icon('pause', 24)];
  const root = h('button', {
    type: 'button',
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
      type: 'button',
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

function speedControl(words: Words, commands: Commands): Control {
  const select = h('select', {
    'aria-label': words.say('speed'),
    onchange: () => commands.setRate(Number(select.value)),
  });
  let offered: readonly number[] = [];
  const offer = (rates: readonly number[]): void => {
    offered = rates;
    select.replaceChildren(...rates.map(rate => h('option', { value: `${rate}` }, words.rate(rate))));
  };
  offer(playbackRates);
  const update = ({ playbackRate }: OpenState): void => {
    if (!offered.includes(playbackRate)) offer([...playbackRates, playbackRate].sort((a, b) => a - b));
    select.value = `${playbackRate}`;
  };
  return { root: h('span', { class: 'speed', part: 'speed', dir: 'ltr' }, select), update };
}

function volumeControl(words: Words, commands: Commands): Control {
  const icons: Readonly<Record<'mute' | 'unmute', IconName>> = { mute: 'volume', unmute: 'muted' };
  const mute = h('button', {
    type: 'button',
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
      type: 'button',
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
