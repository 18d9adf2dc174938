import type { CallSource } from '@secure-call/player';
import { within } from '@testing-library/dom';
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { patiently, place } from './mount.ts';

/** The vault's Worker, as the test server hands it out. */
const workerUrl = '/packages/player/src/vault/vault-worker.ts';

/** A host whose backend grants nothing, so that no service is asked. */
function sourceWithoutGrant(authorize: CallSource['authorize']): CallSource {
  return { call: 'q3ZkT1vL9xY', service: 'https://keys.invalid/calls', authorize };
}

describe('a player of its own', () => {
  it('is made on opening, asks the host for a grant, and shows what came of it', async () => {
    const asked: unknown[] = [];
    const { element, root } = place(element => {
      element.workerUrl = workerUrl;
      element.source = sourceWithoutGrant(({ call, reason }) => {
        asked.push({ call, reason });
        return Promise.reject(new Error('The backend is closed.'));
      });
    });
    const inside = within(root as unknown as HTMLElement);
    expect(element.player).toBeUndefined();
    await userEvent.click(inside.getByRole('button', { name: 'Listen to the call' }));
    await expect.poll(() => element.player?.state, patiently).toEqual({ status: 'idle' });
    expect(asked).toEqual([]);
    await userEvent.click(await inside.findByRole('radio', { name: /Quality review/ }));
    await userEvent.click(inside.getByRole('button', { name: 'Open and listen' }));
    expect(
      await inside.findByRole('heading', { name: 'Your permission couldn’t be confirmed' }),
    ).toBeVisible();
    expect(asked).toEqual([{ call: 'q3ZkT1vL9xY', reason: { purpose: 'HQUALIMP' } }]);
    expect(element.player?.state).toMatchObject({ status: 'failed', code: 'authorize_failed' });
  });

  it('ends when the element leaves the page', async () => {
    const { element } = place(element => {
      element.workerUrl = workerUrl;
      element.source = sourceWithoutGrant(() => new Promise(() => undefined));
    });
    void element.open({ purpose: 'TREAT' }).catch(() => undefined);
    await expect.poll(() => element.player?.state.status).toBe('opening');
    const { player } = element;
    element.remove();
    await Promise.resolve();
    expect(element.player).toBeUndefined();
    await expect(player?.open({ purpose: 'TREAT' })).rejects.toMatchObject({ code: 'destroyed' });
  });

  it('is not made when the element has left before the code was there', async () => {
    const { element } = place(element => {
      element.workerUrl = workerUrl;
      element.source = sourceWithoutGrant(() => Promise.reject(new Error('Not to be asked.')));
    });
    const opening = element.open({ purpose: 'TREAT' });
    element.source = sourceWithoutGrant(() => Promise.reject(new Error('Not to be asked either.')));
    await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
    expect(element.player).toBeUndefined();
  });
});
