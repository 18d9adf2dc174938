/**
 * Tells when the device's pixels get another size: the window has moved to another screen, or the page was zoomed.
 * @returns a function that ends it
 */
export function watchPixelRatio(changed: () => void): () => void {
  const end = new AbortController();
  const arm = (): void => {
    const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    const tell = (): void => {
      arm();
      changed();
    };
    query.addEventListener('change', tell, { once: true, signal: end.signal });
  };
  arm();
  return () => end.abort();
}
