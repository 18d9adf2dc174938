import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const onPath = name => (process.env.PATH ?? '').split(':').map(folder => join(folder, name));

/** Debian keeps libraries of an architecture under its triplet; others in lib64 or libexec. */
function libraryFolders() {
  const triplets = existsSync('/usr/lib') ? readdirSync('/usr/lib') : [];
  return [
    ...triplets.filter(name => name.includes('-linux-')).map(name => `/usr/lib/${name}`),
    '/usr/lib64',
    '/usr/lib',
    '/usr/libexec',
  ];
}

const inLibraries = name => libraryFolders().map(folder => join(folder, name));

/** The first of each list of places that exists, or the name of the first thing that is in none of them. */
function find(wanted) {
  const found = {};
  for (const [name, places] of Object.entries(wanted)) {
    const place = places.find(candidate => candidate !== undefined && existsSync(candidate));
    if (place === undefined) return { missing: name };
    found[name] = place;
  }
  return { found };
}

/** Firefox, and a sound server: without a sound device its audio contexts never run. */
export const findFirefox = () =>
  find({
    Firefox: [
      process.env.FIREFOX_PATH,
      ...onPath('firefox-esr'),
      ...onPath('firefox'),
      '/Applications/Firefox.app/Contents/MacOS/firefox',
    ],
    PulseAudio: onPath('pulseaudio'),
  });

/** WebKitGTK's small browser with its driver, a screen to draw on, and what its media stack decodes AAC with. */
export const findWebKit = () =>
  find({
    WebKitWebDriver: onPath('WebKitWebDriver'),
    MiniBrowser: ['webkit2gtk-4.1', 'webkitgtk-6.0', 'webkit2gtk-4.0'].flatMap(version =>
      inLibraries(`${version}/MiniBrowser`),
    ),
    Xvfb: onPath('Xvfb'),
    PulseAudio: onPath('pulseaudio'),
    'GStreamer MP4': inLibraries('gstreamer-1.0/libgstisomp4.so'),
    'GStreamer AAC': inLibraries('gstreamer-1.0/libgstlibav.so'),
    'GStreamer PulseAudio': inLibraries('gstreamer-1.0/libgstpulseaudio.so'),
  });
