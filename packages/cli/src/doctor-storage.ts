import { isReachable } from '@secure-call/server';
import { failed, lists, ok, PAGE_ORIGIN, type Probe, skipped, textOf, warning } from './doctor-probe.ts';

/** A stored object of a package, e.g. ".../audio.bin". */
export interface StorageTarget {
  readonly object: URL;
}

const READ_BYTES = 512;
const range = { origin: PAGE_ORIGIN, range: `bytes=0-${READ_BYTES - 1}` };
/** What object stores answer to a list of their objects: ours, S3 and its kind, Azure, web servers. */
const LISTING =
  /"entries"\s*:|<ListBucketResult|<EnumerationResults|<title>\s*(?:Index of|Directory listing)/i;
/** How S3 and Azure are asked for one. */
const LIST_QUERIES = ['', '?list-type=2&max-keys=1', '?restype=container&comp=list&maxresults=1'];
/** First bytes of the recordings and texts that call centres keep. */
const PLAINTEXT =
  /^(?:RIFF|RF64|OggS|fLaC|ID3|#!AMR|WEBVTT|[^]{4}ftyp|[^]{0,64}(?:webm|matroska)|\s*(?:\{\s*"\w{2}|<\?xml|<!doctype|<html))/i;

/** The checks of a storage, in the order of the table. */
export const storageProbes: readonly Probe<StorageTarget>[] = [
  {
    check: 'storage tls',
    async run(ask, { object }) {
      await ask(object, { method: 'HEAD' });
      if (object.protocol === 'https:')
        return ok('It answers by https, with a certificate that is trusted here.');
      if (isReachable(object)) return skipped('It is on this machine.');
      return failed(
        'Pages on https load nothing by http. Give storage a certificate, and change storageBase.',
      );
    },
  },
  {
    check: 'storage listing',
    async run(ask, { object }) {
      for (const folder of foldersAbove(object))
        for (const query of LIST_QUERIES) {
          const answer = await ask(`${folder}${query}`);
          if (answer.status === 200 && LISTING.test(textOf(answer)))
            return failed(
              `Anyone can list ${folder}: how many calls there are, how long, and when. Take the right to list away; reading by name is enough.`,
            );
        }
      return ok('No folder above the object can be listed.');
    },
  },
  {
    check: 'storage range',
    async run(ask, { object }) {
      const { status, bytes } = await ask(object, { headers: range });
      if (status === 206 && bytes.length <= READ_BYTES) return ok('Parts of an object can be read.');
      if (status === 200)
        return failed('Storage sends whole objects where a part is asked for. Switch Range on.');
      if (status >= 300 && status < 400)
        return failed(
          'Storage redirects, which players do not follow. Put the last address into storageBase.',
        );
      return failed(
        `The object is answered with ${status}. Players read without a login: names are the only address.`,
      );
    },
  },
  {
    check: 'storage cors',
    async run(ask, { object }) {
      const answer = await ask(object, { headers: range });
      if (!lists(answer, 'access-control-allow-origin', PAGE_ORIGIN))
        return failed('Pages may not read it. Send Access-Control-Allow-Origin: * or your pages’ origin.');
      const preflight = await ask(object, {
        method: 'OPTIONS',
        headers: {
          origin: PAGE_ORIGIN,
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'range',
        },
      });
      // Some browsers ask before they send Range.
      const allowed = preflight.status < 300 && lists(preflight, 'access-control-allow-headers', 'range');
      if (!allowed) return failed('The preflight of Range is refused. Allow the header Range for GET.');
      if (lists(answer, 'access-control-expose-headers', 'content-range'))
        return ok('Pages can read parts of it.');
      return warning(
        'Content-Range is not exposed. This player does without; others that read its playlists do not.',
      );
    },
  },
  {
    check: 'storage sealed',
    async run(ask, { object }) {
      const { status, bytes } = await ask(object, { headers: range });
      if (status !== 200 && status !== 206) return skipped('The object cannot be read.');
      if (!PLAINTEXT.test(Buffer.from(bytes).toString('latin1')))
        return ok('What a stranger reads looks like no recording and no text.');
      return failed(
        'THE OBJECT IS NOT ENCRYPTED. Take it off the network; pack the recording, and delete the open copy.',
      );
    },
  },
];

/** The folders in which an object lies, up to the root. */
function foldersAbove(object: URL): string[] {
  const segments = object.pathname.split('/').slice(1, -1);
  const paths = [...segments.keys(), segments.length].map(count => segments.slice(0, count));
  return paths.map(path => `${object.origin}/${path.map(segment => `${segment}/`).join('')}`);
}
