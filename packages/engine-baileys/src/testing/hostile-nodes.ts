type Pick = <T>(from: readonly T[]) => T

/** A stanza as a stream of the sandbox takes it. */
export interface HostileNode {
  readonly tag: string
  readonly attrs: Readonly<Record<string, string>>
  readonly content?: readonly HostileNode[] | Uint8Array | string
}

const notifications =
  'encrypt devices w:gp2 picture account_sync server_sync privacy_token mediaretry newsletter mex link_code_companion_reg registration business psa status contacts disappearing_mode hosted'
const receipts = 'read retry played server-error inactive sender hist_sync peer_msg enc_rekey_retry'
const requests = 'ping pair-device pair-success ref'
const infos = 'dirty offline offline_preview thread_metadata client_expiration'
const calls = 'offer terminate accept preaccept transport relaylatency offer_notice'
const children =
  'enc keys key skey identity registration retry count list item user device device-list add remove update privacy tokens token collection participant create dirty offline error unavailable plaintext media messages lid contact status value id signature participants query digest type blocklist picture sync patch snapshot device-identity meta reporting'
const names =
  'id from type participant recipient t count code class jid lid offline value notify sender_pn sender_lid participant_pn error phash name key-index v state category edit last reason dhash version call-id call-creator addressing_mode'

const words = (text: string): string[] => text.split(' ')

/** Makes stanzas of the kinds that a server sends, with anything in them: whatever a session makes of one, it must stay its own affair.
 *  @param integer evenly in [0, limit) */
export function hostileNodes(integer: (limit: number) => number, addresses: readonly string[]): () => HostileNode {
  const pick: Pick = (from) => from[integer(from.length)]!
  const bytes = () => Uint8Array.from({ length: pick([0, 1, 4, 20, 32, 33, 64, 200]) }, () => integer(256))
  const value = () => pick([pick(addresses), String(integer(1000)), '', '-1', '1e99', 'NaN', 'x'.repeat(integer(300))])
  let serial = 0

  const attrs = (base: Record<string, string>): Record<string, string> => {
    const all = { ...base }
    for (let more = integer(4); more > 0; more--) all[pick(words(names))] = value()
    if (integer(6) === 0) delete all[pick(Object.keys(all))!]
    return all
  }

  const child = (tag: string, depth: number): HostileNode => {
    const inner =
      depth < 3 ? [child(pick(words(children)), depth + 1), child(pick(words(children)), depth + 1)] : 'text'
    const content = pick([undefined, bytes(), 'text', inner])
    return { tag, attrs: attrs({}), ...(content === undefined ? {} : { content }) }
  }

  const root = (tag: string, base: Record<string, string>, inner: string): HostileNode => {
    const content = [child(pick(words(inner)), 0), child(pick(words(children)), 0)]
    return { tag, attrs: attrs({ id: `hostile${serial++}`, from: pick(addresses), ...base }), content }
  }

  const message = (): HostileNode => {
    const enc = { tag: 'enc', attrs: attrs({ v: '2', type: pick(words('msg pkmsg skmsg msmsg')) }), content: bytes() }
    return { ...root('message', { type: 'text' }, children), content: [enc, child(pick(words(children)), 0)] }
  }

  const makers: readonly (() => HostileNode)[] = [
    () => root('notification', { type: pick(words(notifications)) }, children),
    () => root('notification', { type: pick(words(notifications)), from: '@s.whatsapp.net' }, children),
    message,
    () => root('receipt', { type: pick(words(receipts)) }, children),
    () => root('ib', { from: '@s.whatsapp.net' }, infos),
    () => root('iq', { type: pick(words('set get result error')), from: '@s.whatsapp.net' }, requests),
    () => root('presence', {}, children),
    () => root('chatstate', {}, 'composing paused'),
    () => root('call', {}, calls),
    () => root('ack', { class: pick(words('message receipt notification')) }, children),
    () => root('success', {}, children),
    () => child(pick(words(children)), 0),
  ]
  return () => pick(makers)()
}
