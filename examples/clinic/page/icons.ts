import { drawing } from './dom.ts';

/** Outlines on a 20 px square, 1.5 px wide, in the colour of their text. */
const outlines = {
  person: [
    'M6.9 7a3.1 3.1 0 1 0 6.2 0 3.1 3.1 0 1 0-6.2 0',
    'M3.8 16.6c.9-3 3.3-4.4 6.2-4.4s5.3 1.4 6.2 4.4',
  ],
  intact: ['M10 2.8 4.3 5v4.6c0 3.6 2.3 6.2 5.7 7.6 3.4-1.4 5.7-4 5.7-7.6V5z', 'm7.4 9.9 1.9 1.9 3.4-3.6'],
  refused: ['M10 3.25a6.75 6.75 0 1 0 0 13.5 6.75 6.75 0 1 0 0-13.5', 'm5.4 5.4 9.2 9.2'],
  record: ['M5 3.5h7l3 3v10H5z', 'M7.8 9h4.4M7.8 12h4.4'],
  upload: ['M10 12.5V3.5M6.5 7 10 3.5 13.5 7', 'M3.5 12.5V16h13v-3.5'],
  done: ['m4.5 10.5 3.7 3.7 7.3-8'],
  failed: ['m5.5 5.5 9 9M14.5 5.5l-9 9'],
  file: ['M5 3h6.5L15 6.5V17H5z', 'M11.3 3v3.7H15'],
  folder: [
    'M2.8 6.2V15a1.2 1.2 0 0 0 1.2 1.2h12a1.2 1.2 0 0 0 1.2-1.2V7.6a1.2 1.2 0 0 0-1.2-1.2H9.6L8 4.4H4a1.2 1.2 0 0 0-1.2 1.2z',
  ],
  warning: ['M10 3.6 2.9 15.6a.6.6 0 0 0 .5.9h13.2a.6.6 0 0 0 .5-.9z', 'M10 8.2v3.6M10 14.1v.1'],
} as const;

export function icon(name: keyof typeof outlines): SVGSVGElement {
  return drawing(
    { viewBox: 20, shownPx: 18 },
    'icon',
    outlines[name].map(d => ({ d })),
  );
}

/** The conversation line: the caller speaks upwards, the nurse downwards. */
export function logo(): SVGSVGElement {
  return drawing({ viewBox: 24, shownPx: 24 }, 'logo-lines', [
    { d: 'M4 10.2V8M9.3 10.2V3M14.6 10.2V6.4', className: 'caller' },
    { d: 'M9.3 13.8v2.4M14.6 13.8V21M20 13.8v3.6', className: 'nurse' },
  ]);
}
