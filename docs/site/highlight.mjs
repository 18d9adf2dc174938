import highlighter from 'highlight.js';

const languages = {
  js: 'javascript',
  jsx: 'javascript',
  mjs: 'javascript',
  cs: 'csharp',
  sh: 'bash',
  ts: 'typescript',
  tsx: 'typescript',
  vue: 'html',
};

export const escapeHtml = text =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Code as HTML with classes only: a strict policy refuses style attributes. */
export function highlight(code, name = '') {
  const language = languages[name] ?? name;
  if (!highlighter.getLanguage(language)) return escapeHtml(code);
  return highlighter.highlight(code, { language, ignoreIllegals: true }).value;
}
