import type { BinaryNode } from '../binary-node.ts'
import { childrenOf } from '../nodes/contents.ts'

/** How a connection ended. */
export interface StreamEnd {
  /** WhatsApp's number for it, or the nearest one of HTTP; absent when there is none. */
  readonly code?: number
  /** For people; may hold the URL of a proxy. */
  readonly message: string
  /** What says more: a node of WhatsApp's, its attributes, or an error. */
  readonly data?: unknown
}

/** Numbers that WhatsApp does not say, but clients use (seen in: baileys Types/index.js `DisconnectReason`). */
export const endCodes = { lost: 408, closed: 428, unpaired: 411, replaced: 440, unknown: 500 } as const

/** What a node says about the end of the stream; undefined when it says nothing of it. */
export function endSaidBy(node: BinaryNode): StreamEnd | undefined {
  switch (node.tag) {
    case 'stream:error':
      return streamError(node)
    case 'failure':
      return { code: Number(node.attrs['reason'] || endCodes.unknown), message: 'Connection Failure', data: node.attrs }
    case 'xmlstreamend':
      return { code: endCodes.closed, message: 'Connection Terminated by Server' }
    case 'ib':
      return childrenOf(node)[0]?.tag === 'downgrade_webclient'
        ? { code: endCodes.unpaired, message: 'Multi-device beta not joined' }
        : undefined
    default:
      return undefined
  }
}

function streamError(node: BinaryNode): StreamEnd {
  const [reason] = childrenOf(node)
  const spare = reason?.tag === 'conflict' ? endCodes.replaced : endCodes.unknown
  return {
    code: Number(node.attrs['code'] || spare),
    message: `Stream Errored (${reason?.tag ?? 'unknown'})`,
    data: reason ?? node,
  }
}

/** The end that an error of the socket means. */
export function endByError(error: Error & { readonly code?: unknown }): StreamEnd {
  const isOfNetwork =
    (typeof error.code === 'string' && error.code.startsWith('E')) || error.message.includes('timed out')
  return {
    code: isOfNetwork ? endCodes.lost : endCodes.unknown,
    message: `WebSocket Error (${error.message})`,
    data: error,
  }
}
