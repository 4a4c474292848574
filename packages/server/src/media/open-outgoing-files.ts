import path from 'node:path'
import type { Config } from '../config/config.ts'
import { createOutbound } from '../webhooks/outbound.ts'
import { FileFolder } from './file-folder.ts'
import { OutgoingFiles } from './outgoing-files.ts'

const connectionsPerOrigin = 16
const connectTimeoutMs = 10_000

type Given = Omit<ConstructorParameters<typeof OutgoingFiles>[0], 'folder' | 'outbound' | 'config'> & {
  readonly config: Pick<Config, 'media' | 'storage' | 'webhooks' | 'outboundProxy'>
}

/** Files on their way out, where every node has them; what is fetched for them leaves as webhooks do. */
export async function openOutgoingFiles(given: Given): Promise<OutgoingFiles> {
  const { storage, webhooks, outboundProxy } = given.config
  return new OutgoingFiles({
    ...given,
    folder: await FileFolder.open(path.join(storage.sharedDir, 'outgoing')),
    outbound: createOutbound({
      ...{ allowPrivateNetworks: webhooks.allowPrivateNetworks, connectionsPerOrigin, connectTimeoutMs },
      proxy: outboundProxy,
    }),
  })
}
