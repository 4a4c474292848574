import { EngineError, isGroupJid } from '@switchboard/engine'
import { defineKind } from './content-kind.ts'
import { instant, present } from './fields.ts'
import { protocolTypes } from './protocol-types.ts'

/** Off, a day, a week, 90 days: other clients ignore the rest (seen in: whatsmeow send.go `ParseDisappearingTimerString`). */
const timers: readonly number[] = [0, 86_400, 604_800, 7_776_000]

/** Sets after how long the messages of a one-to-one chat disappear. */
export const timer = defineKind({
  type: 'timer',
  fields: ['protocolMessage'],
  holds: ({ type }) => type === protocolTypes.ephemeralSetting,
  compose({ seconds }, { chat, now }) {
    if (isGroupJid(chat)) throw new EngineError('invalid_argument', 'the timer of a group is a setting of the group')
    if (!timers.includes(seconds)) throw new EngineError('invalid_argument', `a timer is ${timers.join(', ')} seconds`)
    const ephemeralSettingTimestamp = Math.floor(now / 1000)
    const type = protocolTypes.ephemeralSetting
    return { protocolMessage: { type, ephemeralExpiration: seconds, ephemeralSettingTimestamp } }
  },
  describe: ({ ephemeralExpiration = 0, ephemeralSettingTimestamp }) => ({
    timer: { seconds: ephemeralExpiration, ...present({ setAt: instant(ephemeralSettingTimestamp) }) },
  }),
  stanzaType: 'text',
})
