import type { Logger } from '@switchboard/engine'
import type { Config } from '../config/config.ts'
import { parseMasterKey } from '../storage/sealing/parse-master-key.ts'
import type { Bus } from './bus/bus.ts'

interface OpenBus {
  readonly nodeId: string
  readonly log: Logger
  readonly changed: (isThere: boolean) => void
}

/** The bus to the other nodes; undefined for a gateway that is alone, which loads nothing of it. @throws ConfigError */
export const openBus = async (
  { cluster, secrets }: Pick<Config, 'cluster' | 'secrets'>,
  { nodeId, log, changed }: OpenBus,
): Promise<Bus | undefined> => {
  if (!cluster) return undefined
  const { NatsBus } = await import('./bus/nats-bus.ts')
  const { ClusterSeal, clusterKey } = await import('./bus/seal.ts')
  const seal = new ClusterSeal(clusterKey(parseMasterKey(secrets.masterKey), 'bus'))
  return NatsBus.open({ settings: cluster.nats, name: `switchboard ${nodeId}`, seal, log, changed })
}
