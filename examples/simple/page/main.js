import '@secure-call/element/define';

const post = async (path, body, signal) => {
  const response = await fetch(path, { method: 'POST', body: JSON.stringify(body), signal });
  if (!response.ok) throw new Error('The backend refused.');
  return response.text();
};

const player = document.querySelector('secure-call-player');
player.source = {
  media: new URL('/recording/index.m3u8', location.href).href,
  keys: ({ signal, ...request }) => post('/keys', request, signal),
  allowUnauthenticated: true,
  audit: 'callback',
  listener: { name: 'Anna Lind', unit: 'Advice line' },
};
player.addEventListener('accessevent', event => event.waitUntil(post('/record', event.detail)));
