import Hls, { type ErrorData } from 'hls.js';
import { ANSWER_SECONDS, type Attempt } from './attempt.ts';

/** As good a guess as one can make at a playlist that the storage does not have. */
const playlistFor = (address: string): string =>
  [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-TARGETDURATION:3600',
    '#EXTINF:3600,',
    address,
    '#EXT-X-ENDLIST',
  ].join('\n');

/** Has hls.js play what lies at an address, as the only segment of a playlist. */
export async function hlsAttempt(address: string): Promise<Attempt> {
  if (!Hls.isSupported()) return { way: 'hls', played: false, said: 'MediaSource' };
  const playlist = URL.createObjectURL(new Blob([playlistFor(address)]));
  // A worker made from text is more than this page's policy allows.
  const hls = new Hls({ enableWorker: false });
  const attempt = await answerOf(hls, playlist);
  hls.destroy();
  URL.revokeObjectURL(playlist);
  return attempt;
}

function answerOf(hls: Hls, playlist: string): Promise<Attempt> {
  return new Promise(resolve => {
    let said = '';
    const done = (played: boolean): void => resolve({ way: 'hls', played, said: played ? '' : said });
    hls.on(Hls.Events.FRAG_BUFFERED, () => done(true));
    hls.on(Hls.Events.ERROR, (_event, data) => {
      said = wordsOf(data);
      if (data.fatal || data.details === Hls.ErrorDetails.FRAG_PARSING_ERROR) done(false);
    });
    setTimeout(() => done(false), ANSWER_SECONDS * 1000);
    hls.attachMedia(document.createElement('audio'));
    hls.loadSource(playlist);
  });
}

const wordsOf = ({ details, reason, error }: ErrorData): string =>
  [details, reason ?? error.message].filter(words => words !== '').join(': ');
