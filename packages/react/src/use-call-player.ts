'use client';

import type { AnySource, CallPlayer, CallPlayerOptions } from '@secure-call/player';
import { useEffect, useInsertionEffect, useState } from 'react';
import { ComponentPlayer } from './component-player.ts';

/**
 * A headless player for one call, for a user interface of your own. It ends, with its session and keys, when the
 * component leaves or `source` means another call; new callbacks in `options` are taken up without that, and none of
 * them has to be memoised. What is given at all, and `workerUrl` and `workletUrl`, count as they were when the component was mounted.
 * On the server nothing is made, and the state is `idle`.
 */
export function useCallPlayer(options: CallPlayerOptions<AnySource>): CallPlayer {
  const [kept, keep] = useState(() => new ComponentPlayer(options));
  const player = kept.isFor(options.source) ? kept : new ComponentPlayer(options);
  // React renders again at once with the new one; what this pass has drawn is thrown away.
  if (player !== kept) keep(player);
  useInsertionEffect(() => player.update(options));
  useEffect(() => player.mount(), [player]);
  return player;
}
