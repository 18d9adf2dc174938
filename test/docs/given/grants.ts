// What someone who reads docs/grants.md has by then: what the browser sent.
export declare const body: {
  readonly reason: { readonly purpose: string; readonly text?: string; readonly breakGlass?: boolean };
};
