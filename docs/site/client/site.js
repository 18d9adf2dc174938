import { setUpContents } from './contents.js';
import { setUpSearch } from './search.js';
import { setUpTheme } from './theme-button.js';

setUpTheme(document.querySelector('.theme'));
setUpSearch(document.querySelector('.search'), document.body.dataset.root);
setUpContents(document.querySelector('.contents'));
