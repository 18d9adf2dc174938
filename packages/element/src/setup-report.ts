/**
 * Says on the console what is missing where the player is set up wrongly: the screen tells the listener only that
 * it is so, and these words are for whoever builds the page.
 */
export function reportSetup(error: unknown): void {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'setup_invalid') return;
  console.error(error.message);
}
