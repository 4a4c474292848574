import { type InboundMessage, isPersonJid, isSilent } from '@switchboard/engine'
import { definePlanner, type Scene } from '../kit/define-planner.ts'
import { formsOf, isOwnAddress } from '../people/addresses.ts'
import { outdated } from '../sessions/plan-outdated.ts'
import { DueSendStore } from '../storage/due-send-store.ts'
import { isReplyId, replyIdFor } from './reply-mark.ts'

/** A message that waited longer gets no answer: whoever wrote it does not wait for one any more. */
const oldestMs = 24 * 60 * 60 * 1000

/** WhatsApp's assistants (seen in: whatsmeow types/jid.go `IsBot`, baileys jid-utils.js `isJidBot`). */
const bot = /^(1313555\d{4}|131655500\d{2})@/

const isFresh = (item: InboundMessage, now: number): boolean => item.at > now - oldestMs

/** Whether somebody wrote to the account, alone, who is to be answered: no group, channel or status, no machine, nothing that nobody reads. */
const asksForReply = ({ device, now }: Scene, item: InboundMessage): boolean =>
  !item.fromMe &&
  isPersonJid(item.chat.jid) &&
  !isOwnAddress(device, item.chat.jid) &&
  !bot.test(item.chat.jid) &&
  !isSilent(item.view.type) &&
  !isReplyId(item.id) &&
  isFresh(item, now)

/** Answers whoever writes, when WHATSAPP_AUTO_REPLY_ENABLED is on: once a chat in the set time. That it is to be sent is stored together with the message. */
export default definePlanner({
  kinds: ['message'],
  stores: (database, { autoReply }) => ({ sends: new DueSendStore(database), autoReply }),
  async read({ sends, autoReply }, scene, item) {
    if (!autoReply.enabled || !asksForReply(scene, item)) return undefined
    const last = await sends.lastReply(scene.deviceId, formsOf(item.chat))
    const since = scene.now - autoReply.intervalMs
    return last === undefined || last <= since ? { since } : undefined
  },
  plan({ deviceId, now, stores: { sends, autoReply }, facts }, { id, chat }) {
    if (!facts) return { statements: [], told: [] }
    const reply = {
      device_id: deviceId,
      message_id: replyIdFor(deviceId, chat.jid, id),
      chat: chat.jid,
      text: autoReply.text,
    }
    return {
      statements: [
        sends.replied(deviceId, chat.jid, now, facts.since, outdated),
        sends.add({ ...reply, created_at: now }),
      ],
      told: [],
      effects: [{ kind: 'sends_due' }],
    }
  },
})
