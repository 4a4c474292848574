import type { WireNode } from '../wire/node.ts'
import { child, textAttr } from '../wire/node-access.ts'
import type { Device } from '../world/account.ts'
import { deviceName } from '../world/address.ts'
import type { Attachment, MailboxEntry } from '../world/mailbox.ts'
import type { StreamEnd } from '../world/stream-end.ts'
import type { Stream, World } from '../world/world.ts'
import { ack, iqError } from './answers.ts'
import { dirtyBits, info, loseAppState } from './dirty-bits.ts'
import { FaultGate } from './fault-gate.ts'
import { setPresence } from './stanzas/presence.ts'
import { dropExpiredStatus } from './status/status-expiry.ts'
import { streamEndNode } from './stream-end-node.ts'
import type { StreamLink, StreamPhase } from './stream-phase.ts'

/** Iqs are refused by an answer, everything else by its acknowledgement. */
const refusal = (node: WireNode, code: number, seconds: number): WireNode =>
  node.tag === 'iq' ? iqError(node, code, 'refused') : ack(node, { error: String(code), t: String(seconds) })

/** A device that is logged in: its stanzas go to the router, its mailbox comes out here once it says that it is active. */
export class DeviceStream implements StreamPhase, Attachment, Stream {
  readonly #world: World
  readonly #device: Device
  readonly #link: StreamLink
  readonly #incoming: FaultGate
  readonly #outgoing: FaultGate
  #ended: StreamEnd | undefined
  #draining = false

  constructor(world: World, device: Device, link: StreamLink) {
    this.#world = world
    this.#device = device
    this.#link = link
    const end = (code: number) => this.end({ kind: 'code', code })
    this.#incoming = new FaultGate(world, device, 'in', {
      pass: (node) => {
        // What a partition held back is lost with the socket it came over.
        if (!this.#ended) void this.#submit(node)
      },
      nack: (node, code) => this.#send(refusal(node, code, world.seconds())),
      end,
    })
    this.#outgoing = new FaultGate(world, device, 'out', { pass: (node) => link.send(node), end })
  }

  take(node: WireNode): void {
    if (!this.#ended) this.#incoming.submit(node)
  }

  /** Hands over what waited, between the preview and the count that clients wait for: baileys holds back every event until `<offline count>`. */
  activate(): void {
    const { mailbox } = this.#device
    if (this.#ended || mailbox.attachment === this) return
    dropExpiredStatus(this.#world, this.#device)
    loseAppState(this.#device)
    const waiting = mailbox.entries()
    if (waiting.length > 0) this.#send(info(offlinePreview(waiting)))
    this.#draining = true
    const count = mailbox.attach(this)
    this.#draining = false
    this.#send(info({ tag: 'offline', attrs: { count: String(count) } }))
    for (const bit of dirtyBits(this.#world, this.#device)) this.#send(info(bit))
    this.#world.log.append('active', { device: deviceName(this.#device), waiting: count })
  }

  deliver(entry: MailboxEntry): void {
    const { node } = entry
    this.#send(this.#draining ? { ...node, attrs: { ...node.attrs, offline: String(entry.offlineIndex ?? 0) } } : node)
  }

  push(node: WireNode): void {
    this.#send(node)
  }

  end(end: StreamEnd): void {
    if (this.#ended) return
    const last = streamEndNode(end)
    if (last) this.#link.send(last)
    this.#leave(end)
    this.#link.close(last ? undefined : 'at once')
  }

  closed(): void {
    this.#leave({ kind: 'close' })
  }

  async #submit(node: WireNode): Promise<void> {
    try {
      const answer = await this.#world.router.submit(this.#device, node)
      if (answer) this.#send(answer)
      if (isActiveRequest(node)) this.activate()
    } catch (error) {
      this.#world.log.append('server.error', {
        device: deviceName(this.#device),
        message: error instanceof Error ? error.stack : String(error),
      })
      this.end({ kind: 'code', code: 500 })
    }
  }

  #send(node: WireNode): void {
    if (!this.#ended) this.#outgoing.submit(node)
  }

  #leave(end: StreamEnd): void {
    if (this.#ended) return
    this.#ended = end
    const world = this.#world
    const device = this.#device
    device.mailbox.detach(this)
    world.subscriptions.forget(device)
    // A replaced stream leaves its successor alone.
    if (world.streams.get(device) === this) {
      world.streams.delete(device)
      setPresence(world, device, 'unavailable')
    }
    world.log.append('disconnected', { device: deviceName(device), ...end })
  }
}

function isActiveRequest(node: WireNode): boolean {
  return node.tag === 'iq' && textAttr(node, 'xmlns') === 'passive' && child(node, 'active') !== undefined
}

function offlinePreview(waiting: readonly MailboxEntry[]): WireNode {
  const count = (kind: MailboxEntry['kind']) => String(waiting.filter((entry) => entry.kind === kind).length)
  return {
    tag: 'offline_preview',
    attrs: {
      count: String(waiting.length),
      message: count('message'),
      receipt: count('receipt'),
      notification: count('notification'),
      call: count('call'),
      appdata: '0',
    },
  }
}
