import type { Account } from '@switchboard/engine'
import type { PendingDelivery } from '../storage/delivery-store.ts'
import type { AttemptRequest } from './attempt.ts'
import type { DeliveryFormat, FormedEvent, FormFacts } from './delivery-format.ts'
import type { Target, TargetFormat } from './directory.ts'

/** The largest file that travels inside of a delivery. Of a larger one there is the link. */
export const largestFileBytes = 16 * 1024 * 1024

type FormedTarget = Target & { readonly format: TargetFormat }

export const hasFormat = (target: Target): target is FormedTarget => target.format !== undefined

interface FormerOptions {
  /** The account of a device, where it is loaded. */
  readonly account: (deviceId: string) => Account | undefined
  /** The file of a message, where it can be had and has at most {@link largestFileBytes}. Never rejects. */
  readonly fileOf: (deviceId: string, chat: string, messageId: string) => Promise<Buffer | undefined>
  readonly userAgent: string
}

/** Each event that is under way, as formats read it. */
const events = new WeakMap<PendingDelivery, FormedEvent>()

const eventOf = (delivery: PendingDelivery): FormedEvent => {
  const known = events.get(delivery)
  if (known) return known
  const { eventId: id, eventAt: createdAt, type, deviceId, seq, payload } = delivery
  const event = { id, type, deviceId, seq, createdAt, data: JSON.parse(payload) }
  events.set(delivery, event)
  return event
}

/** Bytes of files that deliveries hold in memory at the same time. Beyond that they go out without their files. */
const mostHeldBytes = 64 * 1024 * 1024

/** Makes requests for webhooks that have a format. */
export class Former {
  readonly #options: FormerOptions
  #heldBytes = 0

  constructor(options: FormerOptions) {
    this.#options = options
  }

  /** Whether a delivery is sent at all. One without a format always is. */
  wants({ format }: Target, delivery: PendingDelivery): boolean {
    if (format === undefined) return true
    const account = this.#options.account(delivery.deviceId)
    return formOf(format).wants(eventOf(delivery), format.options, account)
  }

  /** Makes the request for a delivery and hands it to `send`. @param target has a format */
  async send<Result>(
    target: FormedTarget,
    delivery: PendingDelivery,
    now: number,
    send: (request: AttemptRequest) => Promise<Result>,
  ): Promise<Result> {
    let held = 0
    const file = async (messageId: string, chat: string): Promise<Buffer | undefined> => {
      if (this.#heldBytes + largestFileBytes > mostHeldBytes) return undefined
      // Until its size is known, it may be the largest.
      this.#heldBytes += largestFileBytes
      const bytes = await this.#options.fileOf(delivery.deviceId, chat, messageId)
      held += bytes?.length ?? 0
      this.#heldBytes += (bytes?.length ?? 0) - largestFileBytes
      return bytes
    }
    try {
      return await send(await this.#request(target, delivery, now, file))
    } finally {
      this.#heldBytes -= held
    }
  }

  async #request(
    { format, url, origin, path, newest }: FormedTarget,
    delivery: PendingDelivery,
    now: number,
    file: FormFacts<unknown>['file'],
  ): Promise<AttemptRequest> {
    const account = this.#options.account(delivery.deviceId)
    const facts = { options: format.options, url, secret: newest.secret, account, now, file }
    const formed = await formOf(format).form(eventOf(delivery), facts)
    const body = Buffer.from(JSON.stringify(formed.body))
    const { userAgent } = this.#options
    // By this id logs show the delivery, and receivers know one that comes again.
    const standing = { 'content-type': 'application/json', 'user-agent': userAgent, 'webhook-id': delivery.eventId }
    const headers = { ...standing, ...formed.headers?.(body) }
    return { origin, path: withSuffix(path, formed.suffix), body, headers, now }
  }
}

const formOf = ({ kind, form }: TargetFormat): DeliveryFormat => {
  if (!form) throw new Error(`there is no delivery format ${kind}`)
  return form
}

/** A suffix belongs to the path, and not to the query behind it. */
const withSuffix = (path: string, suffix = ''): string => {
  const [, place = '', query = ''] = /^([^?]*)(.*)$/s.exec(path) ?? []
  return suffix === '' ? path : `${place.replace(/\/$/, '')}${suffix}${query}`
}
