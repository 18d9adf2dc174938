import { Vault } from './vault.ts';
import { vaultHandlers } from './vault-handlers.ts';
import { WorkerPort } from './worker-port.ts';

const port = new WorkerPort();
const vault = new Vault(notice => port.notify(notice), port.storage.readRange);

port.serve({
  ...vaultHandlers(vault),
  deviceKey: () => vault.deviceKey(),
  held: upTo => vault.held(upTo),
  watermark: async () => (await vault.watermark()).buffer,
  open: args => {
    port.readsThroughPage = args.pageFetches;
    return vault.open(args);
  },
});
