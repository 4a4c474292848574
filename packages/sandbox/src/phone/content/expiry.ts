import { ProtocolMessageType } from '../../wire/proto/index.ts'
import { setTimer } from '../chat-timers.ts'
import type { ContentKind } from './content-kind.ts'

export interface ExpiryWish {
  /** 0 switches it off; 86400, 604800 or 7776000. */
  readonly seconds: number
}

const allowed = [0, 86_400, 604_800, 7_776_000]

/** Sets after how long messages of a one-to-one chat disappear. Groups set it at the server. */
export const expiry: ContentKind<ExpiryWish> = {
  name: 'expiry',
  compose: ({ ctx, person }, { seconds }) => {
    if (!person) throw new Error('the timer of a group is a setting of the group')
    if (!allowed.includes(seconds)) throw new Error(`the timer is one of ${allowed.join(', ')} seconds`)
    return {
      protocolMessage: {
        type: ProtocolMessageType.ephemeralSetting,
        ephemeralExpiration: seconds,
        ephemeralSettingTimestamp: ctx.world.seconds(),
      },
    }
  },
  read: ({ protocolMessage: it }) =>
    it?.type === ProtocolMessageType.ephemeralSetting
      ? { kind: 'expiry', details: { seconds: it.ephemeralExpiration ?? 0 } }
      : undefined,
  apply: (ctx, entry, { protocolMessage: it }) => {
    const seconds = it?.ephemeralExpiration ?? 0
    setTimer(ctx, entry.chatLid, { seconds, since: it?.ephemeralSettingTimestamp ?? ctx.world.seconds() })
  },
}
