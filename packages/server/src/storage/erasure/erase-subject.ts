import { EventStore } from '../event-store.ts'
import { removeJournaled, removeLogged } from './delivery-log.ts'
import { removeEvents, removeOrphans } from './events.ts'
import { forgetDeleters, messageIds, redactOthers, removeMessages } from './messages.ts'
import { removeNamedRows } from './named-rows.ts'
import { redactAudit, removeAgentSends, removeFromAudiences, removeFromPolicies, removeKeys } from './own-steps.ts'
import type { Removal, Scene } from './removal.ts'
import { Mentions } from './subject.ts'
import { removeWordedRows } from './worded-rows.ts'

/** The long part, while the device works: events up to now. @returns the last one that was looked at */
export async function* eraseEvents(scene: Scene): AsyncGenerator<Removal, number> {
  const { last } = await new EventStore(scene.database).bounds(scene.deviceId)
  // All messages of which these events are were stored with them.
  const mentions = new Mentions(scene.subject, await messageIds(scene))
  yield* removeEvents(scene, mentions, { from: 1, to: last })
  return last
}

/** The rest, while nobody works with the device. Messages go last: until then everything about them is found by them, whenever this begins again. */
export async function* eraseRest(
  scene: Scene,
  { after, now }: { after: number; now: number },
): AsyncGenerator<Removal> {
  const mentions = new Mentions(scene.subject, await messageIds(scene))
  yield* removeEvents(scene, mentions, { from: after + 1, to: Number.MAX_SAFE_INTEGER })
  yield* removeOrphans(scene)
  yield* removeLogged(scene)
  yield* removeJournaled(scene)
  yield* removeAgentSends(scene)
  yield* removeNamedRows(scene)
  yield* removeWordedRows(scene, mentions)
  if (scene.subject.kind === 'contact') {
    yield* removeFromAudiences(scene)
    yield* removeFromPolicies(scene)
    yield* removeKeys(scene, mentions)
    yield* redactAudit(scene, mentions)
    yield* redactOthers(scene, mentions)
    yield* forgetDeleters(scene)
  }
  yield* removeMessages(scene, now)
}
