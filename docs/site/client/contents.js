/** Where the list of pages stands above the text, it begins closed. */
export function setUpContents(details) {
  const narrow = matchMedia('(width < 56rem)');
  const follow = () => {
    details.open = !narrow.matches;
  };
  follow();
  narrow.addEventListener('change', follow);
}
