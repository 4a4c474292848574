/** What a phone does and shows in groups. Groups are named by their address. */
export interface GroupsPhone {
  /** Makes a group. `locked`: only its admins may change what it is called. */
  create(name: string, members: readonly string[], options?: { locked?: boolean }): Promise<string>
  rename(group: string, name: string): Promise<unknown>
  add(group: string, person: string): Promise<unknown>
  remove(group: string, person: string): Promise<unknown>
  /** Sets after how long its messages disappear. */
  setTimer(group: string, seconds: number): Promise<unknown>
  /** Resolves when this phone knows the group by that name. */
  showsName(group: string, name: string): Promise<unknown>
}
