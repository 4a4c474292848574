import type { Bus } from './bus/bus.ts'
import type { ClusterSeal } from './bus/seal.ts'
import type { ClusterNode } from './cluster-node.ts'
import type { NodeNews } from './node-news.ts'
import type { OwnDevices } from './own-devices.ts'
import type { Owners } from './owners.ts'
import type { Peers } from './peers.ts'

/** This gateway among those that work with the same database. One that is alone has all of it too: nobody owns anything then, and news stays inside. */
export interface Cluster {
  /** Several gateways may work at once. */
  readonly isShared: boolean
  /** Of this node, another one with each start. */
  readonly nodeId: string
  /** Where the other nodes reach this one: an origin. */
  readonly url: string
  readonly owners: Owners
  /** The devices of this node. */
  readonly own: OwnDevices
  /** Its place among the others; undefined for one that is alone. */
  readonly node: ClusterNode | undefined
  readonly news: NodeNews
  /** To the other nodes; undefined for a gateway that is alone. */
  readonly bus: Bus | undefined
  /** The other nodes, asked all at once; undefined for a gateway that is alone. */
  readonly peers: Peers | undefined
  /** For what goes to them another way. */
  readonly seal: ClusterSeal | undefined
}
