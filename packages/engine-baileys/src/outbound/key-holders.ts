import type { RatchetSteps } from '../signal/ratchet-steps.ts'

const kind = 'sender-key-holders'

/** The devices that hold our current sender key of a group. */
export async function loadKeyHolders(group: string, steps: RatchetSteps): Promise<Set<string>> {
  const bytes = await steps.value(kind, group)
  return new Set(bytes ? (JSON.parse(Buffer.from(bytes).toString()) as string[]) : [])
}

/** The write that notes them. */
export const keyHoldersWrite = (group: string, holders: ReadonlySet<string>) => ({
  kind,
  key: group,
  value: Buffer.from(JSON.stringify([...holders])),
})
