import { waitFor } from '@testing-library/dom';
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { mount } from './mount.ts';
import { sampleCall } from './sample-states.ts';

describe('start card', () => {
  it('says of the call only what the host put in the slots', () => {
    const { element, inside } = mount();
    expect(inside.getByRole('heading', { name: 'Recorded call' })).toBeVisible();
    const title = document.createElement('span');
    title.slot = 'title';
    title.textContent = 'Call to 1177';
    element.append(title);
    expect(inside.getByRole('heading').querySelector('slot')?.assignedElements()).toEqual([title]);
  });

  it('speaks of the patient only when the policy says so', () => {
    const { element, inside } = mount();
    expect(
      inside.getByText(/^You will be asked for a reason\. What you hear is recorded\. On record: /),
    ).toBeVisible();
    element.policy = { patientSees: true };
    expect(inside.getByText(/and the patient can see that the call was opened/)).toBeVisible();
  });

  it('opens without asking where no reason is needed', async () => {
    const { inside, player } = mount({ status: 'idle' }, element => element.setAttribute('reason', 'none'));
    expect(inside.queryByText(/asked for a reason/)).toBeNull();
    await userEvent.click(inside.getByRole('button', { name: 'Listen to the call' }));
    expect(player.calls).toEqual([['open', undefined]]);
  });
});

describe('reason', () => {
  it('opens with the chosen purpose and note, then plays', async () => {
    const { inside, player } = mount();
    player.opensInto = { status: 'ready', ...sampleCall() };
    await userEvent.click(inside.getByRole('button', { name: 'Listen to the call' }));
    await userEvent.click(inside.getByRole('radio', { name: /Follow-up of care/ }));
    await userEvent.type(inside.getByRole('textbox', { name: /Note/ }), 'Callback promised');
    await userEvent.click(inside.getByRole('button', { name: 'Open and listen' }));
    await waitFor(() => expect(player.calls).toContainEqual(['play']));
    expect(player.calls[0]).toEqual(['open', { purpose: 'TREAT', text: 'Callback promised' }]);
  });

  it('says who sees the note only when the policy does', async () => {
    const { element, inside } = mount();
    await userEvent.click(inside.getByRole('button', { name: 'Listen to the call' }));
    expect(inside.getByRole('textbox')).toHaveAccessibleName('Note optional');
    expect(inside.getByText(/^The purpose you choose is stored/)).toBeVisible();
    element.policy = { noteKept: true };
    expect(inside.getByRole('textbox')).toHaveAccessibleName('Note optional, seen by the privacy officer');
    expect(inside.getByText(/^Your answer is stored/)).toBeVisible();
  });

  it('does not open without a purpose, and says what is missing', async () => {
    const { inside, player, focused } = mount();
    await userEvent.click(inside.getByRole('button', { name: 'Listen to the call' }));
    await userEvent.click(inside.getByRole('button', { name: 'Open and listen' }));
    expect(inside.getByRole('radiogroup')).toHaveAccessibleDescription('Choose one of these.');
    expect(focused()).toBe(inside.getByRole('radio', { name: /Follow-up of care/ }));
    expect(player.calls).toEqual([]);
  });

  it('may go without a purpose where the reason is optional', async () => {
    const { inside, player } = mount({ status: 'idle' }, element =>
      element.setAttribute('reason', 'optional'),
    );
    await userEvent.click(inside.getByRole('button', { name: 'Listen to the call' }));
    await userEvent.click(inside.getByRole('button', { name: 'Open and listen' }));
    expect(player.calls).toEqual([['open', undefined]]);
  });

  it('wants a case number for a complaint', async () => {
    const { inside, player } = mount();
    await userEvent.click(inside.getByRole('button', { name: 'Listen to the call' }));
    await userEvent.click(inside.getByRole('radio', { name: /Complaint or incident/ }));
    await userEvent.click(inside.getByRole('button', { name: 'Open and listen' }));
    const field = inside.getByRole('textbox', { name: /Case number/ });
    expect(field).toHaveAccessibleDescription('Write the case number.');
    await userEvent.type(field, 'A-17');
    await userEvent.click(inside.getByRole('button', { name: 'Open and listen' }));
    expect(player.calls).toEqual([['open', { purpose: 'HLEGAL', text: 'A-17' }]]);
  });

  it("offers the policy's purposes in place of the usual ones", async () => {
    const { inside, player } = mount({ status: 'idle' }, element => {
      element.policy = {
        purposes: [{ code: 'RESEARCH', label: 'Approved research' }],
        emergencyAccess: false,
      };
    });
    await userEvent.click(inside.getByRole('button', { name: 'Listen to the call' }));
    expect(inside.queryByRole('button', { name: 'Emergency access' })).toBeNull();
    await userEvent.click(inside.getByRole('radio', { name: 'Approved research' }));
    await userEvent.click(inside.getByRole('button', { name: 'Open and listen' }));
    expect(player.calls).toEqual([['open', { purpose: 'RESEARCH' }]]);
  });

  it.each([
    ['the second button', (cancel: HTMLElement) => userEvent.click(cancel)],
    ['Escape', () => userEvent.keyboard('{Escape}')],
  ])('goes back to the start card by %s', async (_, goBack) => {
    const { inside, focused } = mount();
    await userEvent.click(inside.getByRole('button', { name: 'Listen to the call' }));
    await goBack(inside.getByRole('button', { name: 'Cancel' }));
    expect(focused()).toBe(inside.getByRole('button', { name: 'Listen to the call' }));
  });

  it('has the player made ready while it is shown, and not when it is put off', async () => {
    const { inside, player } = mount();
    expect(player.isPrepared).toBe(false);
    await userEvent.click(inside.getByRole('button', { name: 'Listen to the call' }));
    await expect.poll(() => player.isPrepared).toBe(true);
    expect(player.calls).toEqual([]);
    await userEvent.click(inside.getByRole('button', { name: 'Emergency access' }));
    await userEvent.click(inside.getByRole('button', { name: 'Back' }));
    expect(player.isPrepared).toBe(true);
    await userEvent.click(inside.getByRole('button', { name: 'Cancel' }));
    expect(player.isPrepared).toBe(false);
  });

  it('has nothing ready any more when the element leaves the page', async () => {
    const { element, inside, player } = mount();
    await userEvent.click(inside.getByRole('button', { name: 'Listen to the call' }));
    await expect.poll(() => player.isPrepared).toBe(true);
    element.remove();
    await expect.poll(() => player.isPrepared).toBe(false);
  });

  it('is shown when the player asks for one, and can be put off', async () => {
    const { inside } = mount({ status: 'reason-required' });
    await userEvent.click(inside.getByRole('button', { name: 'Cancel' }));
    expect(inside.getByRole('button', { name: 'Listen to the call' })).toBeVisible();
  });
});

describe('emergency access', () => {
  it('says only what the policy promises', async () => {
    const { inside } = mount({ status: 'idle' }, element => {
      element.policy = { emergencyReviewHours: 72, emergencyMinutes: 15 };
    });
    await openEmergency(inside);
    const facts = inside.getAllByRole('listitem').map(item => item.textContent);
    expect(facts).toEqual(['The access is reviewed within 72 hours.', 'It ends after 15 minutes.']);
  });

  it('promises no review and no consequences where the policy has none', async () => {
    const { element, inside } = mount();
    await userEvent.click(inside.getByRole('button', { name: 'Listen to the call' }));
    expect(inside.getByText('Emergency access opens the call at once.')).toBeVisible();
    await userEvent.click(inside.getByRole('button', { name: 'Emergency access' }));
    expect(inside.queryByText(/reviewed|What happens when you open/)).toBeNull();
    element.policy = { emergencyReviewHours: 72 };
    expect(inside.getByText('What happens when you open')).toBeVisible();
    await userEvent.click(inside.getByRole('button', { name: 'Back' }));
    expect(inside.getByText(/and is always reviewed\.$/)).toBeVisible();
  });

  it('wants an explanation and a name on it, then opens as break-glass', async () => {
    const { inside, player, focused } = mount();
    await openEmergency(inside);
    const text = inside.getByRole('textbox', { name: /What is the emergency/ });
    const submit = inside.getByRole('button', { name: 'Open in emergency' });
    await userEvent.type(text, 'Child found');
    await userEvent.click(submit);
    expect(text).toHaveAccessibleDescription('Write at least 20 characters.');
    await userEvent.type(text, ' unconscious at home');
    await userEvent.click(submit);
    expect(focused()).toBe(inside.getByRole('checkbox'));
    expect(player.calls).toEqual([]);
    await userEvent.click(inside.getByRole('checkbox'));
    await userEvent.click(submit);
    const reason = { purpose: 'ETREAT', text: 'Child found unconscious at home', breakGlass: true };
    expect(player.calls).toEqual([['open', reason]]);
  });

  it('leads back to the ordinary purposes', async () => {
    const { inside } = mount();
    await openEmergency(inside);
    await userEvent.click(inside.getByRole('button', { name: 'Back' }));
    expect(inside.getByRole('heading', { name: 'Why do you need to listen?' })).toBeVisible();
  });
});

describe('reasonrequest', () => {
  it('lets the host answer in place of the form', async () => {
    const { element, inside, player } = mount();
    element.addEventListener('reasonrequest', event => {
      event.respondWith(Promise.resolve({ purpose: 'PATRQT' }));
    });
    await userEvent.click(inside.getByRole('button', { name: 'Listen to the call' }));
    await waitFor(() => expect(player.calls).toEqual([['open', { purpose: 'PATRQT' }]]));
    expect(inside.queryByRole('radiogroup')).toBeNull();
  });

  it('stays on the start card when the host takes over and nobody answers', async () => {
    const { element, inside, player } = mount();
    element.addEventListener('reasonrequest', event => event.preventDefault());
    await userEvent.click(inside.getByRole('button', { name: 'Listen to the call' }));
    expect(inside.getByRole('button', { name: 'Listen to the call' })).toBeVisible();
    expect(player.calls).toEqual([]);
  });
});

async function openEmergency(inside: ReturnType<typeof mount>['inside']): Promise<void> {
  await userEvent.click(inside.getByRole('button', { name: 'Listen to the call' }));
  await userEvent.click(inside.getByRole('button', { name: 'Emergency access' }));
}
