/** Flags under which Chromium runs headless, offline and without a sound card. */
export declare const chromiumFlags: string[];
/** Path of an installed Chromium or Chrome, or undefined. */
export declare function findChromium(): string | undefined;
