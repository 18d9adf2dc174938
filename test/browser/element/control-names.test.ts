/** What assistive technology is told of every control of an open call: role, name, value and state. */
import { expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { patiently, type Mounted } from './mount.ts';
import { openReview, playTo } from './open-call.ts';

const open = (): Promise<Mounted> =>
  openReview({ loopRange: [220, 260] }, element => {
    element.markers = [{ seconds: 118, text: 'Fever first mentioned', note: 'Anna Lind' }];
  });

it.each([
  ['button', 'Lock', {}],
  ['slider', 'Position in the call', { 'aria-valuetext': '4 minutes 3 seconds of 12 minutes 38 seconds' }],
  ['slider', 'Loop start', { 'aria-valuetext': '3 minutes 40 seconds' }],
  ['slider', 'Loop end', { 'aria-valuetext': '4 minutes 20 seconds' }],
  ['slider', 'Length of the part shown', { 'aria-valuetext': '3 minutes' }],
  ['slider', 'Beginning of the part shown', {}],
  ['button', 'Zoom in', {}],
  ['button', 'Zoom out', {}],
  ['button', 'Mute caller', { 'aria-pressed': 'false' }],
  ['slider', 'Caller volume', { 'aria-valuetext': '100 %' }],
  ['button', 'Solo nurse', { 'aria-pressed': 'false' }],
  ['button', 'Pause', {}],
  ['button', 'Back 10 seconds', {}],
  ['button', 'Forward 10 seconds', {}],
  ['button', 'Speed and sound, 1.25×', { 'aria-haspopup': 'dialog', 'aria-expanded': 'false' }],
  ['button', 'Loop A–B', { 'aria-pressed': 'true' }],
  ['button', 'Clearer speech', { 'aria-pressed': 'false' }],
  ['button', 'Keyboard shortcuts', { 'aria-haspopup': 'dialog' }],
  ['button', 'Mute', {}],
  ['slider', 'Volume', { 'aria-valuetext': '70 %' }],
  ['searchbox', 'Search the transcript', {}],
  ['button', 'Follow', { 'aria-pressed': 'true' }],
  ['button', 'Add at 4:03', {}],
  ['button', /1:58.*Fever first mentioned.*Anna Lind/, {}],
  ['button', /3:40.*Loop A–B, 40 s/, {}],
  ['region', 'Transcript', {}],
  ['region', 'Markers', {}],
] as const)('%s, %s', async (role, name, attributes) => {
  const { inside } = await open();
  const control = await inside.findByRole(role, { name });
  for (const [attribute, value] of Object.entries(attributes))
    expect(control).toHaveAttribute(attribute, value);
});

it('tells where a loop begins and ends, and that it is over', async () => {
  const mounted = await openReview();
  const said = (): string | null => mounted.inside.getByRole('status').textContent;
  mounted.inside.getByRole('button', { name: 'Pause' }).focus();
  await userEvent.keyboard('[[');
  await expect.poll(said, patiently).toContain('4 minutes 3 seconds');
  playTo(mounted, 250);
  await userEvent.keyboard(']');
  await expect.poll(said, patiently).toBe('Loop from 4 minutes 3 seconds to 4 minutes 10 seconds.');
  playTo(mounted, 250, { loopRange: [243, 250] });
  await userEvent.keyboard('\\');
  await expect.poll(said, patiently).toBe('Loop off.');
});

it('tells how many places a search has found', async () => {
  const { inside } = await open();
  await userEvent.type(inside.getByRole('searchbox', { name: 'Search the transcript' }), 'fever');
  await expect.poll(() => inside.getByRole('status').textContent, patiently).toMatch(/^1 .*\d/);
});

it('the turn that is heard is the current one', async () => {
  const { root } = await open();
  expect(root.querySelectorAll('[aria-current="true"]')).toHaveLength(1);
  expect(root.querySelector('[aria-current="true"]')).toHaveTextContent('Some water');
});
