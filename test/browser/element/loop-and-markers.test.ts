import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { nextFrames } from './drawn-bars.ts';
import { mount, recordEvents } from './mount.ts';
import { openReview, playTo } from './open-call.ts';
import { sampleCall } from './sample-states.ts';
import { sampleTranscript } from './sample-transcript.ts';

const markers = [
  { seconds: 118, text: 'Fever first mentioned', note: 'Anna Lind' },
  { seconds: 521, text: 'Callback promised' },
];

describe('the loop', () => {
  it('is set by one button: beginning, end, off', async () => {
    const mounted = await openReview();
    const { inside, player } = mounted;
    const loop = inside.getByRole('button', { name: 'Loop A–B' });
    await userEvent.click(loop);
    expect(loop).toHaveAttribute('aria-pressed', 'true');
    expect(mounted.root.querySelectorAll('.flag')).toHaveLength(1);
    playTo(mounted, 283);
    await userEvent.click(loop);
    expect(player.calls).toEqual([
      ['set', { loopRange: null }],
      ['set', { loopRange: [243, 283] }],
    ]);
    playTo(mounted, 283, { transcript: 'open', loopRange: [243, 283] });
    expect(Array.from(mounted.root.querySelectorAll('.flag'), flag => flag.textContent)).toEqual(['A', 'B']);
    await userEvent.click(loop);
    expect(player.calls[2]).toEqual(['set', { loopRange: null }]);
  });

  it('is set by [ and ], and taken off by \\', async () => {
    const mounted = await openReview();
    mounted.inside.getByRole('button', { name: 'Pause' }).focus();
    await userEvent.keyboard('[[');
    playTo(mounted, 250);
    await userEvent.keyboard(']');
    playTo(mounted, 250, { loopRange: [243, 250] });
    await userEvent.keyboard('\\');
    expect(mounted.player.calls).toEqual([
      ['set', { loopRange: null }],
      ['set', { loopRange: [243, 250] }],
      ['set', { loopRange: null }],
    ]);
  });

  it('is a property, and tells the host when it changes', async () => {
    const { element, player } = mount({ status: 'paused', ...sampleCall() });
    const seen = recordEvents(element, ['loopchange', 'channelchange']);
    element.loopRange = [3, 9];
    expect(player.calls).toEqual([['set', { loopRange: [3, 9] }]]);
    player.become({ status: 'paused', ...sampleCall({ loopRange: [3, 9] }) });
    expect(element.loopRange).toEqual([3, 9]);
    await expect.poll(() => seen).toContain('loopchange');
  });
});

describe('markers', () => {
  it('list what is marked by time: own ones, chapters, redacted spans and the loop', async () => {
    const { root } = await openReview({ loopRange: [220, 260] }, element => {
      element.markers = markers;
    });
    const rows = [...root.querySelectorAll('.marker-item')].map(row => row.textContent);
    expect(rows).toEqual([
      '0:12Symptoms',
      '0:21Redacted, 9 sidentity number',
      '1:58Fever first mentionedAnna Lind',
      '3:28Assessment',
      '3:40Loop A–B, 40 sOnly in this session',
      '4:38Redacted, 9 sidentity number',
      '6:26Advice',
      '8:41Callback promised',
    ]);
  });

  it('go there when clicked, and by n and p', async () => {
    const mounted = await openReview({}, element => {
      element.markers = markers;
    });
    const { inside, player } = mounted;
    await userEvent.click(inside.getByRole('button', { name: /Callback promised/ }));
    inside.getByRole('button', { name: 'Pause' }).focus();
    await userEvent.keyboard('n');
    await userEvent.keyboard('p');
    expect(player.calls).toEqual([
      ['seek', 521],
      ['seek', 278],
      ['seek', 208],
    ]);
  });

  it('are added by the host, which is told where', async () => {
    const { element, inside } = await openReview({}, element => {
      element.markers = [];
    });
    const seen: number[] = [];
    element.addEventListener('markeradd', ({ detail }) => seen.push(detail.seconds));
    await userEvent.click(inside.getByRole('button', { name: 'Add at 4:03' }));
    expect(seen).toEqual([243]);
    element.markers = [{ seconds: 243, text: 'Half a glass' }];
    expect(inside.getByRole('button', { name: /Half a glass/ })).toBeVisible();
  });

  it('cannot be added where the host keeps none', async () => {
    const { inside } = await openReview();
    expect(inside.queryByRole('button', { name: /Add at/ })).toBeNull();
  });

  it('name chapters without one name covering the next, also where a chapter began before', async () => {
    const chapters = [
      { from: 12, title: 'How the caller found the number of the hotline' },
      { from: 236, title: 'Identity number and names of relatives' },
      { from: 241, title: 'Assessment' },
    ];
    const { root } = await openReview({}, undefined, { ...sampleTranscript, chapters });
    await nextFrames(2);
    const names = [...root.querySelectorAll<HTMLElement>('.labels .chapter')].filter(name =>
      name.checkVisibility(),
    );
    expect(names.map(name => name.textContent)).toEqual(chapters.map(({ title }) => title));
    const places = names.map(name => name.getBoundingClientRect());
    places.slice(1).forEach((place, index) => {
      expect(place.left).toBeGreaterThanOrEqual((places[index]?.right ?? Infinity) - 0.5);
    });
  });

  it('stand over lanes and overview, with redacted spans and chapters', async () => {
    const { root } = await openReview({ loopRange: [220, 260] }, element => {
      element.markers = [{ seconds: 312, text: 'Stiff neck' }];
    });
    await nextFrames(2);
    const lanes = root.querySelector('.lanes')?.getBoundingClientRect();
    const input = root.querySelector<HTMLInputElement>('.seek-input');
    const [from, to] = [Number(input?.min), Number(input?.max)];
    const at = (seconds: number): number =>
      (lanes?.left ?? 0) + ((seconds - from) / (to - from)) * (lanes?.width ?? 0);
    const left = (selector: string): number =>
      root.querySelector(selector)?.getBoundingClientRect().left ?? 0;
    expect(left('.lanes .loop')).toBeCloseTo(at(220), 0);
    expect(left('.lanes .redacted')).toBeCloseTo(at(278), 0);
    expect(root.querySelector('.labels .redacted')).toHaveTextContent('Redacted, 9 s');
    expect(root.querySelectorAll('.overview .marker')).toHaveLength(1);
    expect(root.querySelector('.labels .chapter')).toHaveTextContent(/Assessment|Symptoms/);
  });

  it('are behind a tab on a phone', async () => {
    const { inside, focused } = await openReview({}, element => {
      element.markers = markers;
    });
    await page.viewport(390, 900);
    const tab = inside.getByRole('tab', { name: 'Text', selected: true });
    expect(inside.queryByRole('button', { name: /Callback promised/ })).toBeNull();
    tab.focus();
    await userEvent.keyboard('{ArrowRight}');
    expect(focused()).toBe(inside.getByRole('tab', { name: 'Markers', selected: true }));
    expect(inside.getByRole('button', { name: /Callback promised/ })).toBeVisible();
  });
});
