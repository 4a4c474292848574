import type { Logger } from '@switchboard/engine'
import type { Config } from '../config/config.ts'
import { parseMasterKey } from '../storage/sealing/parse-master-key.ts'
import type { Cluster } from './cluster.ts'

interface OpenBus {
  readonly nodeId: string
  readonly log: Logger
  readonly changed: (isThere: boolean) => void
}

/** The ways to the other nodes. A gateway that is alone has none, and loads nothing of them. @throws ConfigError */
export const openBus = async (
  { cluster, secrets }: Pick<Config, 'cluster' | 'secrets'>,
  { nodeId, log, changed }: OpenBus,
): Promise<Pick<Cluster, 'bus' | 'seal'>> => {
  if (!cluster) return { bus: undefined, seal: undefined }
  const { NatsBus } = await import('./bus/nats-bus.ts')
  const { ClusterSeal, clusterKey } = await import('./bus/seal.ts')
  const sealFor = (purpose: string) => new ClusterSeal(clusterKey(parseMasterKey(secrets.masterKey), purpose))
  const settings = cluster.nats
  const bus = await NatsBus.open({ settings, name: `switchboard ${nodeId}`, seal: sealFor('bus'), log, changed })
  return { bus, seal: sealFor('requests') }
}
