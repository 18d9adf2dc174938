/** Opening, and the states in which nothing is heard. */
export const states = `
.top { display: flex; align-items: center; block-size: 60px; padding-inline: 20px; border-block-end: 1px solid var(--_line); background: var(--_sunken); }
.top .sealed { flex: 1; }
.body { display: grid; grid-template-columns: 40px 1fr; gap: 0 14px; padding: 18px 20px 20px; }
.opening .body { grid-template-columns: 1fr; padding-block: 18px; }
.state.stop .badge { background: var(--_stop-wash); color: var(--_stop); }
.state.warn .badge { background: var(--_warn-wash); color: var(--_warn); }
.state h2 { font-size: 1.03125rem; line-height: 1.375rem; letter-spacing: -0.01em; }
.state p { margin-block-start: 4px; max-inline-size: 58ch; color: var(--_ink-2); }
.next { grid-column: 2; display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; margin-block-start: 14px; }
.aside { margin-inline-start: auto; color: var(--_ink-3); font-size: 0.75rem; font-variant-numeric: tabular-nums; }

.opening-line::after {
  content: "";
  position: absolute;
  inset-inline-start: 0;
  inset-block-start: 17px;
  inline-size: 100%;
  block-size: 2px;
  background: var(--_ink);
  transform: scaleX(0);
  transform-origin: left;
  animation: opening 8s cubic-bezier(0.1, 0.7, 0.3, 1) 400ms forwards;
}
@keyframes opening { to { transform: scaleX(0.92); } }
@media (prefers-reduced-motion: reduce) {
  .opening-line::after { animation-duration: 1ms; }
}

.waiting-line { position: relative; flex: 1; block-size: 48px; opacity: 0.42; }
.waiting-line .played { display: none; }
.waiting-head { position: absolute; inset-block: 0; left: calc(var(--_at) - 1px); inline-size: 2px; background: var(--_ink); }

@container (width < 360px) {
  .top { display: none; }
  .top:has(.waiting-line) { display: flex; padding-inline: 14px; }
  .body { gap: 0 12px; padding: 14px; }
  .state h2 { font-size: 0.90625rem; line-height: 1.25rem; letter-spacing: normal; }
  .state p { margin-block-start: 2px; font-size: 0.8125rem; line-height: 1.125rem; }
  .next { grid-column: 1 / -1; margin-block-start: 12px; }
  .next .button { flex: 1 1 100%; min-block-size: 40px; }
  .aside { margin-inline: auto; }
}

@media (forced-colors: active) {
  .opening-line::after { forced-color-adjust: none; background: CanvasText; }
}
`;
