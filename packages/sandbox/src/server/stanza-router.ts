import type { WireNode } from '../wire/node.ts'
import { textAttr } from '../wire/node-access.ts'
import type { Device } from '../world/account.ts'
import { deviceName } from '../world/address.ts'
import type { Router } from '../world/router.ts'
import type { World } from '../world/world.ts'
import { ack, iqError } from './answers.ts'
import { StanzaError } from './stanza-error.ts'
import type { StanzaHandler } from './stanza-handler.ts'
import { handleAck } from './stanzas/ack.ts'
import { handleCall } from './stanzas/call.ts'
import { handleChatState } from './stanzas/chat-state.ts'
import { handleIb } from './stanzas/ib.ts'
import { handleIq } from './stanzas/iq.ts'
import { handleMessage } from './stanzas/message.ts'
import { handleNotification } from './stanzas/notification.ts'
import { handlePresence } from './stanzas/presence.ts'
import { handleReceipt } from './stanzas/receipt.ts'

const handlers: Readonly<Record<string, StanzaHandler>> = {
  ack: handleAck,
  call: handleCall,
  chatstate: handleChatState,
  ib: handleIb,
  iq: handleIq,
  message: handleMessage,
  notification: handleNotification,
  presence: handlePresence,
  receipt: handleReceipt,
}

/** Dispatches stanzas by tag. */
export class StanzaRouter implements Router {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  async submit(from: Device, node: WireNode): Promise<WireNode | undefined> {
    const handler = Object.hasOwn(handlers, node.tag) ? handlers[node.tag] : undefined
    if (!handler) {
      this.#world.unhandled.record(node.tag, deviceName(from))
      return undefined
    }
    try {
      return await handler(this.#world, from, node)
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error
      return this.#refuse(from, node, error)
    }
  }

  #refuse(from: Device, node: WireNode, error: StanzaError): WireNode | undefined {
    const { code, text } = error
    this.#world.log.append('stanza.refused', {
      device: deviceName(from),
      tag: node.tag,
      id: textAttr(node, 'id'),
      code,
      text,
    })
    if (node.tag === 'iq') return iqError(node, code, text)
    if (node.tag === 'ack' || node.tag === 'ib') return undefined
    return ack(node, { error: String(code), t: String(this.#world.seconds()) })
  }
}
