/** A page in some browser, as far as a test needs it. */
export interface EnginePage {
  goto(url: string): Promise<void>;
  /** Runs a function in the page; argument and result travel as JSON. */
  evaluate<A, R>(inPage: (argument: A) => R, argument: A): Promise<Awaited<R>>;
  /** The same in the frame that the page's player is in, whatever its origin. */
  evaluateInFrame<A, R>(inPage: (argument: A) => R, argument: A): Promise<Awaited<R>>;
  /** Ends the page with all its storage. */
  close(): Promise<void>;
}

/** A running browser. Pages share nothing; some engines carry one at a time. */
export interface Engine {
  openPage(): Promise<EnginePage>;
  close(): Promise<void>;
}
