import type { ClientPayload } from '../wire/proto/index.ts'
import type { World } from '../world/world.ts'

/** Whether a client is older than the world lets in. One that names no version is. */
export function isOutdated(world: World, payload: ClientPayload): boolean {
  if (world.minimumVersion === undefined) return false
  const { primary = 0, secondary = 0, tertiary = 0 } = payload.userAgent?.appVersion ?? {}
  const wanted = world.minimumVersion
  const given = [primary, secondary, tertiary]
  const at = given.findIndex((part, index) => part !== (wanted[index] ?? 0))
  return at >= 0 && given[at]! < (wanted[at] ?? 0)
}
