import type { ChannelState } from '@secure-call/player';
import { h, setText } from './h.ts';
import { icon, voiceGlyph } from './icons.ts';
import type { Words } from './messages.ts';
import type { Commands, ScreenContext } from './screen.ts';
import { voiceLanes, type VoiceLane } from './voice-lanes.ts';

export interface ChannelControls {
  /** Sound, level and solo of each voice. */
  readonly root: HTMLElement;
  /** Who is drawn where, for places too narrow for the controls. */
  readonly legend: HTMLElement;
  update(channels: readonly ChannelState[]): void;
}

/** Twice as loud, so that a faint voice can be lifted over a loud one. */
const maxPercent = 200;

/** Who speaks on which lane, and how each is heard. Nothing for a single channel: the volume is the same there. */
export function channelControls({ words, commands }: ScreenContext): ChannelControls {
  const root = h('div', {
    class: 'channels',
    part: 'channels',
    id: 'channels',
    role: 'group',
    'aria-label': words.say('voices'),
  });
  const legend = h('p', { class: 'legend', 'aria-hidden': 'true' });
  let built = '';
  let rows: readonly ChannelRow[] = [];
  let latest: readonly ChannelState[] = [];
  const build = (roles: readonly string[]): void => {
    const lanes = roles.length > 1 ? voiceLanes(roles) : [];
    rows = lanes.map(lane =>
      channelRow(lane, roles[lane.channel] ?? '', { words, commands, channels: () => latest }),
    );
    root.replaceChildren(...rows.map(row => row.root));
    legend.replaceChildren(...lanes.map(lane => voiceName(lane, roles[lane.channel] ?? '', words)));
    root.hidden = legend.hidden = rows.length === 0;
  };
  const update = (channels: readonly ChannelState[]): void => {
    latest = channels;
    const roles = channels.map(({ role }) => role);
    if (built !== roles.join()) build(roles);
    built = roles.join();
    for (const row of rows) row.update();
  };
  build([]);
  return { root, legend, update };
}

interface ChannelRow {
  readonly root: HTMLElement;
  update(): void;
}

interface RowContext {
  readonly words: Words;
  readonly commands: Commands;
  readonly channels: () => readonly ChannelState[];
}

function channelRow(lane: VoiceLane, role: string, { words, commands, channels }: RowContext): ChannelRow {
  const { channel, voice } = lane;
  const who = words.role(role, 'inSentence');
  const state = (): ChannelState | undefined => channels()[channel];
  const mute = h('button', {
    type: 'button',
    class: 'icon-button small',
    part: 'channel-mute-button',
    'aria-label': words.say('muteVoice', { who }),
    onclick: () => commands.setChannel(channel, { muted: state()?.muted !== true }),
  });
  const level = h('input', {
    type: 'range',
    class: 'level',
    part: 'channel-volume',
    min: '0',
    max: `${maxPercent}`,
    step: '10',
    'aria-label': words.say('voiceVolume', { who, name: words.role(role) }),
    oninput: () => commands.setChannel(channel, { gain: Number(level.value) / 100 }),
  });
  const solo = h(
    'button',
    {
      type: 'button',
      class: 'solo',
      part: 'channel-solo-button',
      'aria-label': words.say('soloVoice', { who }),
      onclick: () => toggleSolo(channel, channels(), commands),
    },
    words.say('solo'),
  );
  const root = h(
    'div',
    { class: `channel ${voice}`, part: 'channel' },
    voiceName(lane, role, words),
    h('div', { class: 'channel-set' }, mute, level, solo),
  );
  const [sound, silence] = [icon('volume', 18), icon('muted', 18)];
  const update = (): void => {
    const { muted = false, gain = 1 } = state() ?? {};
    const shown = muted ? silence : sound;
    if (shown.parentNode !== mute) mute.replaceChildren(shown);
    mute.setAttribute('aria-pressed', `${muted}`);
    solo.setAttribute('aria-pressed', `${isSolo(channel, channels())}`);
    showLevel(level, Math.round(100 * gain), muted);
  };
  return { root, update };
}

function showLevel(level: HTMLInputElement, percent: number, muted: boolean): void {
  level.value = `${percent}`;
  level.setAttribute('aria-valuetext', `${percent} %`);
  level.style.setProperty('--_level', `${muted ? 0 : Math.min(100, (100 * percent) / maxPercent)}%`);
}

/** A voice is alone when it is heard and no other is; nothing else is remembered of it. */
function isSolo(channel: number, channels: readonly ChannelState[]): boolean {
  return channels.every(({ muted }, index) => muted === (index !== channel));
}

function toggleSolo(channel: number, channels: readonly ChannelState[], commands: Commands): void {
  const wasSolo = isSolo(channel, channels);
  for (const [index, { muted }] of channels.entries()) {
    const wanted = !wasSolo && index !== channel;
    if (muted !== wanted) commands.setChannel(index, { muted: wanted });
  }
}

function voiceName({ voice, direction }: VoiceLane, role: string, words: Words): HTMLElement {
  const name = h('b');
  setText(name, words.role(role));
  return h('span', { class: `voice ${voice}` }, voiceGlyph(direction === 'down'), name);
}
