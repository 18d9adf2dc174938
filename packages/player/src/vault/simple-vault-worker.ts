// A Worker file of its own: who has a key service neither loads nor trusts any of this.
import { SimpleVault } from './simple-vault.ts';
import { vaultHandlers } from './vault-handlers.ts';
import { WorkerPort } from './worker-port.ts';

const port = new WorkerPort();
const vault = new SimpleVault({
  notify: notice => port.notify(notice),
  storage: port.storage,
  askHost: question => port.askHost(question),
});

port.serve({
  ...vaultHandlers(vault),
  openSimple: args => {
    port.readsThroughPage = args.pageFetches;
    return vault.open(args);
  },
  recorded: eventSeq => vault.recorded(eventSeq),
  notRecorded: () => vault.notRecorded(),
});
