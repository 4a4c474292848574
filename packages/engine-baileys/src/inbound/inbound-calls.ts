import { bareJid, type CallStep, type InboundCall, parseJid } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import type { AddressBook } from '../signal/address-book.ts'
import { childOf, childrenOf, stanzaTime } from '../wire/nodes.ts'
import { addressOf, isOwn, type OwnAccount } from './message-envelope.ts'

/** Tags of the steps of a call. Seen in: whatsmeow call.go `handleCallEvent`, baileys generics.js `getCallStatusFromNode`. */
const steps: Readonly<Record<string, CallStep>> = {
  offer: 'offer',
  offer_notice: 'offer_notice',
  preaccept: 'pre_accept',
  accept: 'accept',
  reject: 'reject',
  terminate: 'terminate',
  transport: 'transport',
  relaylatency: 'relay_latency',
}

/** `<call from t><what call-id call-creator caller_pn group-jid …/></call>` as an item; undefined for one that no client could place. */
export async function callItem(node: BinaryNode, own: OwnAccount, book: AddressBook): Promise<InboundCall | undefined> {
  const [step] = childrenOf(node)
  const { from, id = '' } = node.attrs
  if (!step || !from) return undefined
  const { attrs } = step
  const creator = attrs['call-creator'] ?? from
  const group = attrs['group-jid']
  const type = Object.hasOwn(steps, step.tag) ? steps[step.tag]! : 'unknown'
  const latency = Number(attrs['latency'])
  return {
    kind: 'call',
    stanzaId: `call/${id}`,
    at: stanzaTime(node),
    offline: node.attrs['offline'] !== undefined,
    callId: attrs['call-id'] ?? '',
    step: type,
    name: step.tag,
    from: await addressOf(bareJid(from), isSame(from, creator) ? attrs['caller_pn'] : undefined, book),
    fromMe: isOwn(parseJid(from), own),
    creator: await addressOf(bareJid(creator), attrs['caller_pn'], book),
    creatorDevice: creator,
    ...mediaOf(step),
    ...(group ? { group: { jid: group } } : {}),
    ...(attrs['type'] === 'group' || group ? { isGroup: true } : {}),
    ...(attrs['reason'] ? { reason: attrs['reason'] } : {}),
    ...(latency > 0 ? { latencyMs: latency } : {}),
  }
}

const isSame = (one: string, other: string): boolean => bareJid(one) === bareJid(other)

/** An offer has a `<video>` when it is for one; a notice says it in words. */
function mediaOf(step: BinaryNode): Pick<InboundCall, 'video'> {
  if (step.tag === 'offer') return { video: childOf(step, 'video') !== undefined }
  const { media } = step.attrs
  return media === undefined ? {} : { video: media === 'video' }
}
