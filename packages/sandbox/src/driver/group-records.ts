import type { Group } from '../world/groups/group.ts'

/** A group as text. Maps become lists of pairs. */
export function writeGroup(group: Group): string {
  return JSON.stringify(group, (_, value) => (value instanceof Map ? { pairs: [...value] } : value))
}

/** The group that {@link writeGroup} wrote. */
export function readGroup(text: string): Group {
  const group = JSON.parse(text, (_, value) => (Array.isArray(value?.pairs) ? new Map(value.pairs) : value)) as Group
  // What is undefined leaves no trace in JSON.
  return {
    ...group,
    description: group.description,
    pictureId: group.pictureId,
    community: group.community,
    parent: group.parent,
  }
}
