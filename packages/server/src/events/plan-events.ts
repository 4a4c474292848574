import type { NewEvent } from '../eventlog/event-log.ts'
import { events } from '../generated/events.ts'
import type { EventDefinition } from '../kit/define-event.ts'
import type { DeviceContext, EventSource, SourceKind } from './event-source.ts'

const registry = events as unknown as readonly EventDefinition[]

/** The registry, with each event behind the one that it follows. */
const ordered = new Set<EventDefinition>()
const place = (definition: EventDefinition): void => {
  const before = registry.find(({ name }) => name === definition.after)
  if (before && !ordered.has(before)) place(before)
  ordered.add(definition)
}
for (const definition of registry) place(definition)

const byKind = new Map<SourceKind, EventDefinition[]>()
for (const definition of ordered) {
  for (const kind of definition.on) byKind.set(kind, [...(byKind.get(kind) ?? []), definition])
}

/** The public events of something that happened, in their order. Pure: nothing is stored or delivered. */
export function planEvents(device: DeviceContext, source: EventSource): NewEvent[] {
  const backfill = 'offline' in source && source.offline
  const planned: NewEvent[] = []
  for (const definition of byKind.get(source.kind) ?? []) {
    const made = definition.from(device, source)
    if (made === undefined) continue
    for (const payload of Array.isArray(made) ? made : [made]) {
      planned.push({ type: definition.name, payload, backfill })
    }
  }
  return planned
}
