import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { fetchCallList } from './clinic-api.ts';

const place = document.querySelector('#app');
if (place === null) throw new Error('The page has no place for the application.');

createRoot(place).render(
  <StrictMode>
    <App callList={fetchCallList()} />
  </StrictMode>,
);
