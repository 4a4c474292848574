import { bareJid, EngineError } from '@switchboard/engine'
import type { Sessions } from '../sessions/sessions.ts'

/** Whether the account of a device is an admin of a group, as WhatsApp says now. @throws AppError device_not_connected; EngineError */
export async function isOwnAdmin(sessions: Sessions, deviceId: string, group: string): Promise<boolean> {
  const session = sessions.require(deviceId)
  const { account } = session
  const own = [account?.jid, account?.lid].flatMap((jid) => (jid === undefined ? [] : [bareJid(jid)]))
  try {
    const { members } = await session.use('groups').info(group)
    return members.some(
      ({ who, role }) =>
        role !== 'member' && (own.includes(who.jid) || (who.lid !== undefined && own.includes(who.lid))),
    )
  } catch (error) {
    // WhatsApp does not tell people who are not members.
    if (error instanceof EngineError && error.code === 'refused' && [401, 403, 404].includes(error.remoteCode ?? 0))
      return false
    throw error
  }
}
