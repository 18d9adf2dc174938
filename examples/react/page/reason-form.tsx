import type { ListeningReason } from '@secure-call/player';
import { type FormEvent, type ReactNode, useState } from 'react';

/** HL7 v3-ActReason codes this application offers. */
const purposes = [
  ['TREAT', 'Follow-up of care'],
  ['HQUALIMP', 'Quality review'],
  ['PATRQT', 'The patient asked'],
] as const;

/** Asks why someone listens. The answer comes inside the click, so that sound may start. */
export function ReasonForm({ onGiven }: { readonly onGiven: (reason: ListeningReason) => void }): ReactNode {
  const [purpose, choose] = useState<string>(purposes[0][0]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onGiven({ purpose });
  };
  return (
    <form onSubmit={submit}>
      <label>
        Reason{' '}
        <select value={purpose} onChange={event => choose(event.target.value)}>
          {purposes.map(([code, words]) => (
            <option key={code} value={code}>
              {words}
            </option>
          ))}
        </select>
      </label>{' '}
      <button type="submit">Open and listen</button>
    </form>
  );
}
