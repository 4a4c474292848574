import type { WireNode } from '../../wire/node.ts'
import type { Device } from '../../world/account.ts'
import type { World } from '../../world/world.ts'

export interface IqRequest {
  readonly world: World
  readonly from: Device
  readonly node: WireNode
}

/** Answers one kind of request with the children of the result; throws StanzaError to refuse. */
export type IqHandler = (
  request: IqRequest,
) => readonly WireNode[] | undefined | undefined | Promise<readonly WireNode[] | undefined | undefined>

/** The requests of one namespace, by `type child`, or by `type` alone for requests without children or with any. */
export interface IqNamespace {
  readonly xmlns: string
  readonly handlers: Readonly<Record<string, IqHandler>>
}
