/** Paths by name, or the name of what this machine lacks. */
export type Finding<Name extends string> =
  | { readonly found: Readonly<Record<Name, string>>; readonly missing?: undefined }
  | { readonly found?: undefined; readonly missing: string };

export declare function findFirefox(): Finding<'Firefox' | 'PulseAudio'>;
export declare function findWebKit(): Finding<'WebKitWebDriver' | 'MiniBrowser' | 'Xvfb' | 'PulseAudio'>;
