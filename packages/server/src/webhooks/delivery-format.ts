import type { KeyObject } from 'node:crypto'
import type { Account } from '@switchboard/engine'

/** What a webhook asks for besides events: their form. */
export interface WebhookFormat {
  /** One of the formats that webhooks are made with. */
  readonly kind: string
  /** What its registration says, as the format keeps it: JSON. */
  readonly options: unknown
}

/** An event as a format reads it. */
export interface FormedEvent {
  readonly id: string
  readonly type: string
  readonly deviceId: string
  readonly seq: number
  /** Unix ms. */
  readonly createdAt: number
  /** The `data` of the event. */
  readonly data: Readonly<Record<string, unknown>>
}

export interface FormFacts<Options> {
  readonly options: Options
  readonly url: string
  /** The bytes of the secret. */
  readonly secret: KeyObject
  /** The linked account, where it is loaded. */
  readonly account: Account | undefined
  /** Unix ms of this attempt. */
  readonly now: number
  /** The file of a message; undefined when it cannot be had now, or is too large. */
  file(messageId: string, chat: string): Promise<Buffer | undefined>
}

/** What is posted instead of the event's own text. */
export interface Formed {
  readonly body: unknown
  /** What comes behind the path of the URL. */
  readonly suffix?: string
  /** Headers besides those of every delivery, computed over the raw bytes. */
  headers?(body: Buffer): Readonly<Record<string, string>>
}

/** The form in which webhooks of a kind get events. It changes nothing of when, how often and in which order they are delivered. */
export interface DeliveryFormat<Options = unknown> {
  /** Whether an event means anything in this form. One that does not is passed over. */
  wants(event: FormedEvent, options: Options, account: Account | undefined): boolean
  form(event: FormedEvent, facts: FormFacts<Options>): Formed | Promise<Formed>
}

/** Formats by their kind, loaded when a webhook has it. */
// biome-ignore lint/suspicious/noExplicitAny: each format reads its own options.
export type DeliveryFormats = Readonly<Record<string, () => Promise<DeliveryFormat<any>>>>
