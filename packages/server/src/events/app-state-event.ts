import type { AppStateChange } from '@switchboard/engine'
import { z } from 'zod'
import { defineEvent, type EventDefinition } from '../kit/define-event.ts'
import { exampleInstant, exampleNumber, fields, ownNumber, rfc3339 } from './fields.ts'

type Type = AppStateChange['type']
type ChangeOf<Of extends Type> = Extract<AppStateChange, { readonly type: Of }>

const shared = {
  jid: fields.jid,
  timestamp: z.string().describe('When it was done there, RFC 3339'),
  from_full: z.boolean().describe('Told again from the beginning: it may be old'),
  action_raw: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe('What WhatsApp’s record holds, by its names of the fields; null when it was taken away'),
}

interface AppStateEvent<Of extends Type, Shape extends z.ZodRawShape> {
  readonly name: string
  readonly group: string
  readonly summary: string
  readonly type: Of
  /** Fields in addition to those that all of these events have. */
  readonly shape: Shape
  readonly example: z.input<z.ZodObject<Shape>> & { readonly action_raw: Record<string, unknown> | null }
  from(change: ChangeOf<Of>): z.input<z.ZodObject<Shape>>
}

/** An event that tells what another device of the account changed in the state that all of them share. */
export function appStateEvent<Of extends Type, Shape extends z.ZodRawShape>({
  type,
  shape,
  example,
  from,
  ...named
}: AppStateEvent<Of, Shape>): EventDefinition {
  const schema: z.ZodObject = z.object({ ...shared, ...shape })
  return defineEvent({
    ...named,
    schema,
    example: { jid: exampleNumber, timestamp: exampleInstant, from_full: false, ...example },
    on: ['app_state_changed'],
    from: (device, { mutation, full, at }) =>
      mutation.change.type === type
        ? {
            jid: ownNumber(device),
            ...from(mutation.change as ChangeOf<Of>),
            timestamp: rfc3339(at),
            from_full: full,
            action_raw: mutation.action ?? null,
          }
        : undefined,
  }) as unknown as EventDefinition
}
