import MiniSearch from './minisearch.js';

const MOST = 12;
/** As `search-index.mjs` has them. */
const options = { fields: ['title', 'page', 'text'], storeFields: ['title', 'page', 'path'] };
const ranking = { prefix: true, fuzzy: 0.15, combineWith: 'AND', boost: { title: 4, page: 2 } };

/** Searches the site's own index; it is fetched when somebody goes to the field. */
export function setUpSearch(box, root) {
  const input = box.querySelector('input');
  const list = box.querySelector('.results');
  const status = box.querySelector('.found');
  let index;
  const load = () => {
    index ??= fetch(`${root}search-index.json`)
      .then(answer => answer.text())
      .then(json => MiniSearch.loadJSON(json, options));
    return index;
  };
  const show = async () => {
    const words = input.value.trim();
    const found = words === '' ? [] : (await load()).search(words, ranking).slice(0, MOST);
    if (words !== input.value.trim()) return;
    list.replaceChildren(...found.map(hit => item(hit, root)));
    list.hidden = found.length === 0;
    status.textContent = words === '' ? '' : told(found.length);
  };
  input.addEventListener('focus', () => void load());
  input.addEventListener('input', () => void show());
  box.addEventListener('keydown', event => {
    if (event.key !== 'Escape') return;
    input.value = '';
    void show();
    input.focus();
  });
  box.hidden = false;
}

const told = count => (count === 0 ? 'Nothing found' : `${count} found`);

function item({ path, page, title }, root) {
  const link = document.createElement('a');
  link.href = root + path;
  link.append(title, Object.assign(document.createElement('small'), { textContent: page }));
  const entry = document.createElement('li');
  entry.append(link);
  return entry;
}
