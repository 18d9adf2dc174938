/** Whether keys pressed here are typed, or choose from a list by what is typed. */
export function takesText(target: EventTarget | null | undefined): boolean {
  if (target instanceof HTMLInputElement) return !['range', 'radio', 'checkbox'].includes(target.type);
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('textarea, select'));
}

/** What is typed in here stays here: the host's keyboard shortcuts never see it. */
export function keepTypedKeysInside(root: HTMLElement): void {
  for (const type of ['keydown', 'keypress', 'keyup'] as const)
    root.addEventListener(type, event => {
      if (event.key !== 'Escape' && takesText(event.target)) event.stopPropagation();
    });
}
