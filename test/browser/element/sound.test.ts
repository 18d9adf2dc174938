import { fireEvent } from '@testing-library/dom';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { mount, patiently, type Mounted } from './mount.ts';
import { sampleCall } from './sample-states.ts';

async function openSound(): Promise<Mounted> {
  const mounted = mount({ status: 'paused', ...sampleCall() });
  await userEvent.click(mounted.inside.getByRole('button', { name: 'Speed and sound, 1.25×' }));
  // What is behind the button is fetched on the first click.
  await mounted.inside.findByRole('radio', { name: '1.25×' });
  return mounted;
}

describe('speed and sound', () => {
  it('skips silence, with a warning', async () => {
    const { inside, player } = await openSound();
    const skip = inside.getByRole('checkbox', { name: 'Skip silence' });
    expect(skip).toHaveAccessibleDescription('Skipped parts count as not heard.');
    await userEvent.click(skip);
    expect(player.calls).toEqual([['set', { skipSilence: true }]]);
    player.become({ status: 'paused', ...sampleCall({ skipSilence: true }) });
    expect(skip).toBeChecked();
  });

  it('puts each voice to a side', async () => {
    const { inside, player } = await openSound();
    const side = inside.getByRole('slider', { name: 'Nurse, left to right' });
    fireEvent.input(side, { target: { value: '-50' } });
    expect(player.calls).toEqual([['setChannel', 1, { pan: -0.5 }]]);
  });

  it('closes by Escape, and focus is back on its button', async () => {
    const { inside, focused } = await openSound();
    await expect.poll(focused, patiently).toBe(inside.getByRole('radio', { name: '1.25×' }));
    await userEvent.keyboard('{Escape}');
    const button = inside.getByRole('button', { name: 'Speed and sound, 1.25×', expanded: false });
    expect(focused()).toBe(button);
    expect(inside.queryByRole('radio')).toBeNull();
  });

  it('sends the sound to a device that the browser names', async () => {
    const devices = ['Headset', ''].map((label, index) => ({
      kind: 'audiooutput',
      label,
      deviceId: `device ${index}`,
    }));
    const asked = vi
      .spyOn(navigator.mediaDevices, 'enumerateDevices')
      .mockResolvedValue(devices as unknown as MediaDeviceInfo[]);
    onTestFinished(() => asked.mockRestore());
    const { inside, player } = await openSound();
    await expect
      .poll(() => inside.queryByRole('combobox', { name: 'Sound goes to' }), patiently)
      .not.toBeNull();
    const choice = inside.getByRole('combobox', { name: 'Sound goes to' });
    expect(choice).toHaveTextContent('The computer’s choiceHeadset');
    await userEvent.selectOptions(choice, 'device 0');
    expect(player.calls).toEqual([['set', { output: 'device 0' }]]);
  });
});

describe('clearer speech', () => {
  it('is one switch', async () => {
    const { inside, player } = mount({ status: 'paused', ...sampleCall() });
    await userEvent.click(inside.getByRole('button', { name: 'Clearer speech', pressed: false }));
    player.become({ status: 'paused', ...sampleCall({ clearerSpeech: true }) });
    await userEvent.click(inside.getByRole('button', { name: 'Clearer speech', pressed: true }));
    expect(player.calls).toEqual([
      ['set', { clearerSpeech: true }],
      ['set', { clearerSpeech: false }],
    ]);
  });
});
