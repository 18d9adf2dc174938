/**
 * Colours, type and radii. Each has a `--scp-` property the host may set; what is read inside is its private twin.
 * Light or dark follows `color-scheme`, which is inherited from the page.
 */
export const theme = `
:host {
  --_surface: var(--scp-surface, light-dark(#fff, #161d24));
  --_raise: var(--scp-raise, light-dark(#fff, #1e2730));
  --_sunken: var(--scp-sunken, light-dark(#f8f9fa, #11171d));
  --_line: var(--scp-line, light-dark(#e2e6e9, #2a343e));
  --_line-strong: var(--scp-line-strong, light-dark(#808b96, #66727e));
  --_hover: var(--scp-hover, light-dark(#eef1f3, #222c36));
  --_ink: var(--scp-ink, light-dark(#16202a, #e6eaed));
  --_ink-2: var(--scp-ink-2, light-dark(#485461, #aab5bf));
  --_ink-3: var(--scp-ink-3, light-dark(#616d79, #8c98a4));
  --_on-ink: var(--scp-on-ink, light-dark(#fff, #11171d));
  --_caller: var(--scp-caller, light-dark(#a6480f, #f2a268));
  --_caller-soft: var(--scp-caller-soft, light-dark(#bc723a, #a66f46));
  --_nurse: var(--scp-nurse, light-dark(#0f5e80, #7cc4e4));
  --_nurse-soft: var(--scp-nurse-soft, light-dark(#4e8ba6, #457f9a));
  --_focus: var(--scp-focus, light-dark(#1a62d6, #8ab8ff));
  --_ok: var(--scp-ok, light-dark(#1c6b45, #7fcba1));
  --_warn: var(--scp-warn, light-dark(#855300, #e9be63));
  --_warn-wash: light-dark(#fff6e3, #2a2314);
  --_stop: var(--scp-stop, light-dark(#b0271e, #ff9b90));
  --_stop-wash: light-dark(#fdf1ef, #2e1b1a);
  --_radius: var(--scp-radius, 14px);
  --_font: var(--scp-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Arabic", sans-serif);

  position: relative;
  display: block;
  container-type: inline-size;
  min-inline-size: 15rem;
  background: var(--scp-page, none);
  color: var(--_ink);
  font: 400 0.875rem / 1.25rem var(--_font);
  letter-spacing: normal;
  text-align: start;
  -webkit-font-smoothing: antialiased;
}
:host([hidden]) { display: none; }
:host([layout="compact"]) { max-inline-size: 22rem; }

*, *::before, *::after { box-sizing: border-box; }
h2, p, ul { margin: 0; padding: 0; }
ul { list-style: none; }
[hidden] { display: none !important; }
b { font-weight: 600; }

.card {
  position: relative;
  overflow: clip;
  background: var(--_surface);
  border: 1px solid var(--_line);
  border-radius: var(--_radius);
  box-shadow:
    0 1px 2px light-dark(rgb(22 32 42 / 5%), transparent),
    0 8px 28px -12px light-dark(rgb(22 32 42 / 14%), transparent);
}
h2 { font-weight: 600; text-wrap: pretty; }
h2:focus { outline: none; }
p { text-wrap: pretty; }

.icon { display: block; flex: none; fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
.icon.filled, .icon text { fill: currentColor; stroke: none; }
.icon text { font: 700 7.4px var(--_font); }

.status {
  position: absolute;
  inline-size: 1px;
  block-size: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}

.lock-warning {
  display: flex;
  flex-wrap: wrap;
  gap: 0 0.5rem;
  position: absolute;
  inset-inline: 12px;
  inset-block-end: 12px;
  padding: 0.625rem 1rem;
  border-radius: calc(var(--_radius) - 4px);
  background: var(--_ink);
  box-shadow: 0 4px 14px rgb(0 0 0 / 20%);
  color: var(--_on-ink);
  font-variant-numeric: tabular-nums;
}

.print { display: none; }
@media print {
  .stage, .lock-warning { display: none; }
  .print { display: block; }
}

@media (forced-colors: active) {
  .lock-warning { border: 1px solid CanvasText; }
}
`;
