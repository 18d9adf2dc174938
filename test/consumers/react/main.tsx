import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Call } from './call.tsx';

const root = document.querySelector('#root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <Call call="q3ZkX0mFQJmYkq1V8u2bRw" />
    </StrictMode>,
  );
