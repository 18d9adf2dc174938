/** Builds everything below `dist/`; the packages have to be built before. */
export declare function buildSite(): Promise<void>;
