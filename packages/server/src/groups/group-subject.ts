import type { Sessions } from '../sessions/sessions.ts'

/** What a group is called, as WhatsApp says it; undefined when it does not say. */
export const groupSubject = async (
  sessions: Pick<Sessions, 'require'>,
  deviceId: string,
  group: string,
): Promise<string | undefined> => {
  try {
    return (await sessions.require(deviceId).use('groups').info(group)).name
  } catch {
    return undefined
  }
}
