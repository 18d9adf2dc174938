import type { ChannelState } from '@secure-call/player';
import { h } from './h.ts';
import type { OpenState } from './open-state.ts';
import { playbackRates } from './playback-rates.ts';
import type { ScreenContext } from './screen.ts';

export interface SoundPanel {
  /** A popover. */
  readonly root: HTMLElement;
  update(state: OpenState): void;
}

/**
 * Speeds, skipping silence with its warning, each voice's side, and where the sound goes.
 * @param button - opens and closes it
 */
export function soundPanel(context: ScreenContext, button: HTMLElement): SoundPanel {
  const { words, commands } = context;
  let channels = '';
  const rates = h('div', { class: 'rates', role: 'radiogroup', 'aria-label': words.say('speed') });
  const skip = h('input', {
    type: 'checkbox',
    id: 'skip',
    'aria-describedby': 'skip-warning',
    onchange: () => commands.set({ skipSilence: skip.checked }),
  });
  const sides = h('div', { class: 'sides' });
  const output = outputSelect(context);
  const panel = h(
    'div',
    { class: 'popover', popover: 'auto', role: 'dialog', 'aria-label': words.say('sound') },
    rates,
    h('p', { class: 'check' }, skip, h('label', { for: 'skip' }, words.say('skipSilence'))),
    h('p', { class: 'skip-warning', id: 'skip-warning' }, words.say('skipWarning')),
    sides,
    output.root,
  );
  panel.addEventListener('beforetoggle', ({ newState }) => {
    if (newState === 'closed' && panel.matches(':focus-within')) button.focus();
  });
  panel.addEventListener('toggle', event => {
    const isOpen = event.newState === 'open';
    button.setAttribute('aria-expanded', `${isOpen}`);
    if (!isOpen) return;
    placeOver(panel, button);
    output.fill();
    rates.querySelector<HTMLElement>(':checked')?.focus();
  });
  const offer = (list: readonly number[]): void =>
    rates.replaceChildren(
      ...list.map(rate =>
        h(
          'label',
          {},
          h('input', {
            type: 'radio',
            name: 'rate',
            value: `${rate}`,
            onchange: () => commands.setRate(rate),
          }),
          words.rate(rate),
        ),
      ),
    );
  let offered: readonly number[] = [];
  const update = ({ playbackRate, skipSilence = false, channels: voices }: OpenState): void => {
    if (!offered.includes(playbackRate)) {
      offered = [...new Set([...playbackRates, playbackRate])].sort((a, b) => a - b);
      offer(offered);
    }
    const chosen = rates.querySelector<HTMLInputElement>(`[value="${playbackRate}"]`);
    if (chosen !== null) chosen.checked = true;
    skip.checked = skipSilence;
    const roles = voices.map(({ role }) => role).join();
    if (roles !== channels)
      sides.replaceChildren(...voices.map((voice, index) => side(voice, index, context)));
    channels = roles;
    for (const [index, slider] of sides.querySelectorAll('input').entries())
      slider.value = `${100 * (voices[index]?.pan ?? 0)}`;
  };
  return { root: panel, update };
}

/** Left to right in every language, as the ears are. */
function side({ role }: ChannelState, channel: number, { words, commands }: ScreenContext): HTMLElement {
  const name = words.say('pan', { name: words.role(role) });
  const slider = h('input', {
    type: 'range',
    part: 'channel-pan',
    min: '-100',
    max: '100',
    step: '25',
    'aria-label': name,
    oninput: () => commands.setChannel(channel, { pan: Number(slider.value) / 100 }),
  });
  return h('label', { 'aria-hidden': 'false' }, h('span', { dir: 'auto' }, name), slider);
}

/** Where the platform lets a page choose: only devices that the browser names are offered. */
function outputSelect({ words, commands }: ScreenContext): { readonly root: HTMLElement; fill(): void } {
  const select = h('select', { onchange: () => commands.set({ output: select.value }) });
  const root = h('label', { class: 'output', hidden: true }, words.say('output'), select);
  const fill = async (): Promise<void> => {
    if (!('setSinkId' in AudioContext.prototype)) return;
    const devices = await navigator.mediaDevices.enumerateDevices();
    const outputs = devices.filter(
      ({ kind, label, deviceId }) => kind === 'audiooutput' && label && deviceId !== 'default',
    );
    root.hidden = outputs.length === 0;
    const chosen = select.value;
    select.replaceChildren(
      h('option', { value: '' }, words.say('outputDefault')),
      ...outputs.map(({ deviceId, label }) => h('option', { value: deviceId }, label)),
    );
    select.value = chosen;
  };
  return { root, fill: () => void fill().catch(() => undefined) };
}

function placeOver(panel: HTMLElement, button: HTMLElement): void {
  const { left, top, bottom } = button.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = panel;
  const above = top - offsetHeight - 6;
  panel.style.left = `${Math.max(8, Math.min(left, innerWidth - offsetWidth - 8))}px`;
  panel.style.top = `${above >= 8 ? above : Math.max(8, Math.min(bottom + 6, innerHeight - offsetHeight - 8))}px`;
}
