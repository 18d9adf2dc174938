import { drawIcon, icon, type IconName } from './icons.ts';

/** What only states without sound, and warnings, show. */
const outlines = {
  refused: ['M3.25 10a6.75 6.75 0 1 0 13.5 0 6.75 6.75 0 1 0-13.5 0', 'm5.4 5.4 9.2 9.2'],
  ended: ['M7.2 3h5.6L17 7.2v5.6L12.8 17H7.2L3 12.8V7.2z', 'M7.2 10h5.6'],
  erased: ['M4 6h12M8 6V4h4v2M5.5 6l.7 10.5h7.6L14.5 6', 'M8.6 9.2v4.2M11.4 9.2v4.2'],
  warning: ['M10 3.6 2.9 15.6a.6.6 0 0 0 .5.9h13.2a.6.6 0 0 0 .5-.9z', 'M10 8.2v3.6M10 14.1v.1'],
  offline: [
    'M3.2 3.2 16.8 16.8',
    'M2.6 8.2a11 11 0 0 1 3.1-2.1M8.4 5.2a11 11 0 0 1 9 3M5.3 11.2a7 7 0 0 1 3-1.8M12 9.6a7 7 0 0 1 2.7 1.6M8.2 13.9a2.8 2.8 0 0 1 3.6 0',
  ],
  damaged: ['M5.5 8.5v-5h6l3 3v2M14.5 13v3.5h-9V13', 'M3 10.8h3.4l1.8 1.6 2-3 1.8 2.4.9-1H17'],
  browser: ['M3 4.5h14v9.5H3zM7.5 17h5', 'm8.2 7.5 3.6 3.6M11.8 7.5l-3.6 3.6'],
  device: [
    'M4 12v-1.5a6 6 0 0 1 12 0V12',
    'M4 11.5h2.2V16H5a1 1 0 0 1-1-1zM16 11.5h-2.2V16H15a1 1 0 0 0 1-1z',
  ],
  person: ['M7 6.5a3 3 0 1 0 6 0 3 3 0 1 0-6 0', 'M4 16.5c.5-3 2.9-4.6 6-4.6s5.5 1.6 6 4.6'],
  mark: ['M3 14c1.2-2.6 2.2-2.6 3.5 0s2.3 2.6 3.5 0 2.2-2.6 3.5 0 2.3 2.6 3.5 0', 'M10 9.5V4M7.5 6.4h5'],
} as const;

export type StateIconName = IconName | keyof typeof outlines;

/** An icon as `icon` draws it. */
export function stateIcon(name: StateIconName): SVGSVGElement {
  const own: Readonly<Partial<Record<StateIconName, readonly string[]>>> = outlines;
  const paths = own[name];
  return paths === undefined ? icon(name as IconName) : drawIcon(paths);
}
