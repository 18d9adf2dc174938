import { createElement, type ReactNode, StrictMode, use } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { onTestFinished } from 'vitest';

export interface Rendered {
  readonly container: HTMLElement;
  /** What React handed to no error boundary. */
  readonly uncaught: unknown[];
  /** Renders anew, as a parent would. */
  readonly show: (node: ReactNode) => void;
  readonly unmount: () => void;
}

/** Renders into the page until the test ends; in StrictMode, so that everything is mounted twice. */
export function render(node: ReactNode): Rendered {
  const container = document.body.appendChild(document.createElement('div'));
  const uncaught: unknown[] = [];
  const root = createRoot(container, { onUncaughtError: error => void uncaught.push(error) });
  const show = (node: ReactNode): void => flushSync(() => root.render(createElement(StrictMode, {}, node)));
  const unmount = (): void => flushSync(() => root.unmount());
  onTestFinished(() => {
    unmount();
    container.remove();
  });
  show(node);
  return { container, uncaught, show, unmount };
}

/** A component whose words come later; until then React shows the nearest fallback. */
export function late(): { readonly Late: () => ReactNode; readonly arrive: (words: string) => void } {
  let arrive: (words: string) => void = () => undefined;
  const words = new Promise<string>(resolve => {
    arrive = resolve;
  });
  return { Late: () => use(words), arrive: words => arrive(words) };
}
