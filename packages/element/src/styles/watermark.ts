/** The visible watermark, in a tree of its own: important rules of an inner tree win over every rule outside. */
export const watermark = `
:host { all: initial !important; color-scheme: inherit !important; position: absolute !important; inset: 0 !important; z-index: 3 !important; display: block !important; overflow: hidden !important; pointer-events: none !important; user-select: none !important; forced-color-adjust: none !important; direction: ltr !important; }
svg { display: block; inline-size: 100%; block-size: 100%; }
text { font: 500 12px system-ui, sans-serif; fill: light-dark(rgb(22 32 42 / 17%), rgb(230 234 237 / 20%)); stroke: light-dark(rgb(255 255 255 / 50%), rgb(14 19 24 / 50%)); stroke-width: 2px; paint-order: stroke; }
.text text { fill: light-dark(rgb(22 32 42 / 12%), rgb(230 234 237 / 13%)); stroke: none; }
@media (forced-colors: active) {
  text { fill: color-mix(in srgb, CanvasText 42%, transparent); stroke: color-mix(in srgb, Canvas 60%, transparent); }
  .text text { fill: color-mix(in srgb, CanvasText 30%, transparent); }
}
`;
