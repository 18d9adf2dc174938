import { type ReactNode, Suspense, use, useState } from 'react';
import { CallScreen } from './call-screen.tsx';
import type { CallList, ListedCall } from './clinic-api.ts';

/** The list of calls, and the one that is chosen. */
export function App({ callList }: { readonly callList: Promise<CallList> }): ReactNode {
  return (
    <>
      <h1>Recorded calls</h1>
      <Suspense fallback={<p>Fetching the list…</p>}>
        <Calls callList={callList} />
      </Suspense>
    </>
  );
}

function Calls({ callList }: { readonly callList: Promise<CallList> }): ReactNode {
  const { service, calls } = use(callList);
  const [chosen, choose] = useState<ListedCall>();
  return (
    <>
      <ul className="calls">
        {calls.map(call => (
          <li key={call.call}>
            <button type="button" aria-pressed={call === chosen} onClick={() => choose(call)}>
              {call.line} · {timeOf(call)} · {call.answeredBy}
            </button>
          </li>
        ))}
      </ul>
      {chosen && <CallScreen call={chosen} service={service} onClose={() => choose(undefined)} />}
    </>
  );
}

/** Date and time of the place where the call was taken. */
const timeOf = ({ startedAt }: ListedCall): string => startedAt.slice(0, 16).replace('T', ' ');
