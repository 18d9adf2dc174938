// `node storage.mjs FOLDER PORT`: the storage of a bench in a process of its own, as in production. Every answer comes as many
// milliseconds later as the last message says; each message is answered when it holds.
import { createServer } from 'node:http';
import { createStorageHandler, nodeListener } from '@secure-call/server';

const [folder, port] = process.argv.slice(2);
const answer = createStorageHandler(folder);
let delayMs = 0;

async function delayed(request) {
  if (delayMs > 0) await new Promise(resolve => setTimeout(resolve, delayMs));
  return answer(request);
}

const server = createServer(nodeListener(delayed, `http://localhost:${port}`));
server.listen(Number(port), '127.0.0.1', () => process.send('listening'));
process.on('message', ms => {
  delayMs = ms;
  process.send('set');
});
process.on('disconnect', () => process.exit());
