import { SecureCallPlayer } from '@secure-call/react';

const service = 'https://keys.region.example';

const authorize = async ({ signal, ...question }: { signal: AbortSignal }) => {
  const answer = await fetch('/grants', { method: 'POST', body: JSON.stringify(question), signal });
  if (!answer.ok) throw new Error('no grant');
  return answer.text();
};

export const Call = ({ call }: { call: string }) => (
  <SecureCallPlayer source={{ call, service, authorize }}>
    <span slot="title">Call to 1177, 22 November, 02:47</span>
  </SecureCallPlayer>
);
