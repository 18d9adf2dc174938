/** Languages whose samples are files that other tests run, and the ends of their names. */
export const copiedLanguages: Readonly<Record<string, string>> = {
  cs: '.cs',
  java: '.java',
  python: '.py',
  svelte: '.svelte',
  vue: '.vue',
};
