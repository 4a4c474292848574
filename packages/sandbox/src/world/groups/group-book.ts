import type { Jid } from '../../wire/node.ts'
import type { Account, Device } from '../account.ts'
import type { State } from '../state/state.ts'
import type { Group } from './group.ts'

interface BookState {
  readonly groups: Group[]
  readonly codes: [string, string][]
  readonly dirty: string[]
}

/** All groups and communities of a world. */
export class GroupBook implements State {
  readonly #groups = new Map<string, Group>()
  /** Every invite code there ever was: a reset one is known to be gone, an invented one is not. */
  readonly #byCode = new Map<string, string>()
  /** Devices (`lid:number`) that may know an old state of their groups: they must fetch them at their next login. */
  readonly dirty = new Set<string>()

  get(id: string | Jid): Group | undefined {
    const name = typeof id === 'string' ? id.replace(/@g\.us$/, '') : id.server === 'g.us' ? id.user : ''
    return this.#groups.get(name)
  }

  list(): Group[] {
    return [...this.#groups.values()]
  }

  /** Groups that a person is a member of. */
  of(account: Account): Group[] {
    return this.list().filter((group) => group.participants.has(account.lid))
  }

  /** Groups that belong to a community; the announcement group first. */
  subGroups(community: Group): Group[] {
    const linked = this.list().filter((group) => group.parent === community.id)
    return linked.sort((one, other) => Number(other.isDefaultSubGroup) - Number(one.isDefaultSubGroup))
  }

  add(group: Group): void {
    this.#groups.set(group.id, group)
    this.noteCode(group)
  }

  remove(group: Group): void {
    this.#groups.delete(group.id)
  }

  /** Remembers the group's present invite code. */
  noteCode(group: Group): void {
    this.#byCode.set(group.inviteCode, group.id)
  }

  /** The group of an invite code; `gone` when the code was reset or the group ended, undefined when there never was such a code. */
  byCode(code: string): Group | 'gone' | undefined {
    const id = this.#byCode.get(code)
    if (id === undefined) return undefined
    const group = this.#groups.get(id)
    return group?.inviteCode === code ? group : 'gone'
  }

  snapshot(): BookState {
    return structuredClone({ groups: this.list(), codes: [...this.#byCode], dirty: [...this.dirty] })
  }

  restore(state: BookState): void {
    for (const group of state.groups) this.#groups.set(group.id, group)
    for (const [code, id] of state.codes) this.#byCode.set(code, id)
    for (const name of state.dirty) this.dirty.add(name)
  }

  /** A person is no more. @returns the groups that end with them */
  forget(account: Account): Group[] {
    const ended = this.list().filter((group) => {
      group.requests.delete(account.lid)
      return group.participants.delete(account.lid) && group.participants.size === 0
    })
    for (const group of ended) this.remove(group)
    return ended
  }

  markDirty(device: Device): void {
    this.dirty.add(dirtyKey(device))
  }

  isDirty(device: Device): boolean {
    return this.dirty.has(dirtyKey(device))
  }

  clean(device: Device): void {
    this.dirty.delete(dirtyKey(device))
  }
}

function dirtyKey(device: Device): string {
  return `${device.account.lid}:${device.id}`
}
