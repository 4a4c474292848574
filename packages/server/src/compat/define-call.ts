import type { z } from 'zod'
import type { AppError } from '../errors/app-error.ts'
import type { Services } from '../gateway/services.ts'
import type { Performed, Performing } from '../kit/context.ts'
import type { RawAnswer } from '../kit/define-operation.ts'
import type { Scope } from '../storage/scope.ts'
import type { WantedWebhook } from '../webhooks/webhooks.ts'

/** A device by the name that another product calls it. */
export interface NamedDevice {
  readonly id: string
  readonly name: string
}

export interface CreatedDevice extends NamedDevice {
  readonly token: string
}

/** Webhooks in the form of a product. */
export interface NewWebhooks {
  readonly kind: string
  readonly wanted: readonly WantedWebhook[]
}

/** What a call may reach: operations of the REST API for whoever calls, each with everything that its own route does. */
export interface Asker {
  readonly services: Omit<Services, 'database' | 'engine' | 'spool'>
  /** Address of this API as the caller reached it. */
  readonly baseUrl: string
  readonly requestId: string
  header(name: string): string | undefined
  setHeader(name: string, value: string): void
  /** Devices with this name or id, oldest first: two at most. */
  named(name: string): Promise<readonly NamedDevice[]>
  /** The device of this name, or with this id. @throws AppError device_not_found */
  device(name: string): Promise<NamedDevice>
  /** Every device that the caller may act for, oldest first. */
  devices(): Promise<NamedDevice[]>
  /** Asks an operation; that of a device for this device. @throws AppError what its route would answer */
  perform(device: NamedDevice | undefined, operation: string, said?: Performing): Promise<Performed>
  /** A new device of the API key of whoever calls, with its webhooks: both or neither. @throws AppError as `deviceRegistration.create` and the registration */
  create(name: string, webhooks?: NewWebhooks): Promise<CreatedDevice>
  /** The webhooks of a device, where the caller may use this operation of them. @throws AppError as its route */
  webhooksOf(device: NamedDevice, operation: string): Promise<Scope>
}

export interface CallInput {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string | undefined>>
  /** What the schema of the call made of the body. */
  // biome-ignore lint/suspicious/noExplicitAny: each call reads its own.
  readonly body: any
}

/** A name of theirs for each name of ours; `*` stands for a place in a list. */
export type FieldNames = Readonly<Record<string, string>>

/** One call of another product as data, with its behaviour last. */
export interface CompatCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  /** Operations that it asks. Who may not use all of them is not let in: nothing is done before that is known. */
  readonly asks: readonly [string, ...string[]]
  /** Operations that it asks for some requests, or without which it answers less. */
  readonly mayAsk?: readonly string[]
  /** Its body may hold a file. */
  readonly upload?: true
  /** What the caller calls the fields of the operations that are asked: `path.chat_jid` is `chatId`. */
  readonly names?: FieldNames
  /** Status on success; 200 when absent. */
  readonly status?: 201
  /** Of the body; unknown fields are ignored, as there. */
  readonly body?: z.ZodType
  run(asker: Asker, input: CallInput): Promise<unknown | RawAnswer>
}

/** The calls of one product, and how it says who calls and what went wrong. */
export interface CompatFamily {
  readonly name: string
  readonly calls: readonly CompatCall[]
  /** The credential of a request. */
  keyOf(header: (name: string) => string | undefined, query: CallInput['query']): string | undefined
  failure(error: AppError, status: number): unknown
  /** Whether a path is one of that product, whether or not it is covered. */
  owns(path: string): boolean
}
