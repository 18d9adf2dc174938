import type { Commands } from './screen.ts';

/**
 * What the operating system's media controls show. Chromium shows the document's title otherwise, which may name
 * the patient.
 * @returns a function that takes it back
 */
export function showNeutralMedia({ togglePlay }: Pick<Commands, 'togglePlay'>): () => void {
  const session = navigator.mediaSession;
  if (session === undefined) return () => undefined;
  const shown = new MediaMetadata({ title: 'Audio' });
  session.metadata = shown;
  session.setActionHandler('play', togglePlay);
  session.setActionHandler('pause', togglePlay);
  return () => {
    // Another player on the page may have taken the controls since.
    if (session.metadata !== shown) return;
    session.metadata = null;
    session.setActionHandler('play', null);
    session.setActionHandler('pause', null);
  };
}
