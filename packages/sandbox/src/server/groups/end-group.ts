import type { Group } from '../../world/groups/group.ts'
import type { World } from '../../world/world.ts'

/** A group is no more. Who is still in it must have been told before. */
export function endGroup(world: World, group: Group): void {
  world.groups.remove(group)
  world.groupPictures.delete(group.id)
  world.log.append('group.ended', { group: group.id })
}
