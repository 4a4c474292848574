import type { Bus } from './bus/bus.ts'
import type { NodeNews } from './node-news.ts'
import type { Owners } from './owners.ts'

/** This gateway among those that work with the same database. One that is alone has all of it too: nobody owns anything then, and news stays inside. */
export interface Cluster {
  /** Several gateways may work at once. */
  readonly isShared: boolean
  /** Of this node, another one with each start. */
  readonly nodeId: string
  /** Where the other nodes reach this one: an origin. */
  readonly url: string
  readonly owners: Owners
  readonly news: NodeNews
  /** To the other nodes; undefined for a gateway that is alone. */
  readonly bus: Bus | undefined
}
