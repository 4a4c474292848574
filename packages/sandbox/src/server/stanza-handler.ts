import type { WireNode } from '../wire/node.ts'
import type { Device } from '../world/account.ts'
import type { World } from '../world/world.ts'

/** What the server does with one kind of stanza. Returns the answer, throws StanzaError to refuse. */
export type StanzaHandler = (
  world: World,
  from: Device,
  node: WireNode,
) => WireNode | undefined | Promise<WireNode | undefined>
