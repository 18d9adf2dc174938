import { headers } from 'next/headers';
import { Call } from './call';

export const metadata = { title: 'Call to 1177' };

export default async function Page() {
  await headers(); // rendered anew for every visit, which the policy's nonce needs
  return <Call call="q3ZkX0mFQJmYkq1V8u2bRw" />;
}
