import type { ChannelState } from '@secure-call/player';
import { h } from './h.ts';
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
  let rows: readonly Control[] = [];
  let latest: readonly ChannelState[] = [];
  const build = (roles: readonly string[]): void => {
    const lanes = roles.length > 1 ? voiceLanes(roles) : [];
    rows = lanes.map(lane =>
      channelRow({ lane, role: roles[lane.channel] ?? '', words, commands, channels: () => latest }),
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

interface Control {
  readonly root: HTMLElement;
  update(): void;
}

/** One voice, and how it is heard now. */
interface VoiceContext {
  readonly lane: VoiceLane;
  readonly role: string;
  readonly words: Words;
  readonly commands: Commands;
  readonly channels: () => readonly ChannelState[];
}

function channelRow(voice: VoiceContext): Control {
  const controls = [muteButton(voice), levelSlider(voice), soloButton(voice)];
  const root = h(
    'div',
    { class: `channel ${voice.lane.voice}`, part: 'channel' },
    voiceName(voice.lane, voice.role, voice.words),
    h('div', { class: 'channel-set' }, ...controls.map(control => control.root)),
  );
  const update = (): void => {
    for (const control of controls) control.update();
  };
  return { root, update };
}

function muteButton({ lane: { channel }, role, words, commands, channels }: VoiceContext): Control {
  const [sound, silence] = [icon('volume', 18), icon('muted', 18)];
  const isMuted = (): boolean => channels()[channel]?.muted === true;
  const root = h('button', {
    class: 'icon-button small',
    part: 'channel-mute-button',
    'aria-label': words.say('muteVoice', { who: words.role(role, 'inSentence') }),
    onclick: () => commands.setChannel(channel, { muted: !isMuted() }),
  });
  const update = (): void => {
    const shown = isMuted() ? silence : sound;
    if (shown.parentNode !== root) root.replaceChildren(shown);
    root.setAttribute('aria-pressed', `${isMuted()}`);
  };
  return { root, update };
}

function levelSlider({ lane: { channel }, role, words, commands, channels }: VoiceContext): Control {
  const names = { who: words.role(role, 'inSentence'), name: words.role(role) };
  const root = h('input', {
    type: 'range',
    class: 'level',
    part: 'channel-volume',
    min: '0',
    max: `${maxPercent}`,
    step: '10',
    'aria-label': words.say('voiceVolume', names),
    oninput: () => commands.setChannel(channel, { gain: Number(root.value) / 100 }),
  });
  const update = (): void => {
    const { muted = false, gain = 1 } = channels()[channel] ?? {};
    const percent = Math.round(100 * gain);
    root.value = `${percent}`;
    root.setAttribute('aria-valuetext', `${percent} %`);
    root.style.setProperty('--_level', `${muted ? 0 : Math.min(100, (100 * percent) / maxPercent)}%`);
  };
  return { root, update };
}

function soloButton({ lane: { channel }, role, words, commands, channels }: VoiceContext): Control {
  const root = h(
    'button',
    {
      class: 'solo',
      part: 'channel-solo-button',
      'aria-label': words.say('soloVoice', { who: words.role(role, 'inSentence') }),
      onclick: () => toggleSolo(channel, channels(), commands),
    },
    words.say('solo'),
  );
  const update = (): void => root.setAttribute('aria-pressed', `${isSolo(channel, channels())}`);
  return { root, update };
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
  return h(
    'span',
    { class: `voice ${voice}` },
    voiceGlyph(direction === 'down'),
    h('b', {}, words.role(role)),
  );
}
