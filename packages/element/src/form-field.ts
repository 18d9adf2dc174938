import { h, setText } from './h.ts';

/** A field's message of what is missing, tied to its control. */
export interface FieldNotice {
  readonly root: HTMLElement;
  /** Shows the message and marks the control, or takes both away. */
  show(text: string | undefined): void;
}

export function fieldNotice(id: string, control: HTMLElement): FieldNotice {
  const root = h('p', { id, class: 'notice', hidden: true });
  const show = (text: string | undefined): void => {
    setText(root, text ?? '');
    root.hidden = text === undefined;
    control.removeAttribute('aria-invalid');
    control.removeAttribute('aria-describedby');
    if (text === undefined) return;
    control.setAttribute('aria-invalid', 'true');
    control.setAttribute('aria-describedby', id);
  };
  return { root, show };
}
