import type { z } from 'zod'
import type { DeviceContext, SourceKind, SourceOf } from '../events/event-source.ts'

type Payload<Schema extends z.ZodObject> = z.input<Schema>

/** One public event as data, with what raises it last. Its file is `events/<group>/<noun-past-tense>.ts`. */
export interface EventDefinition<Kind extends SourceKind = SourceKind, Schema extends z.ZodObject = z.ZodObject> {
  /** `message.received`: the name on the wire. */
  readonly name: string
  readonly group: string
  readonly summary: string
  /** The `data` of the event. */
  readonly schema: Schema
  readonly example: Payload<Schema>
  /** Everybody who reads it can act for the device: webhooks get it only when their filter names it. */
  readonly namedOnly?: boolean
  /** Kinds of source that can raise it. */
  readonly on: readonly Kind[]
  /** The event that the log has before this one when one source raises both. */
  readonly after?: string
  /** How often it comes, where that is not once for each time that it happens: a sentence. */
  readonly repeats?: string
  /** Pure. Undefined: this source does not raise it; a list raises one event an entry. */
  from(device: DeviceContext, source: SourceOf<Kind>): Payload<Schema> | readonly Payload<Schema>[] | undefined
}

export const defineEvent = <const Kind extends SourceKind, Schema extends z.ZodObject>(
  definition: EventDefinition<Kind, Schema>,
): EventDefinition<Kind, Schema> => definition
