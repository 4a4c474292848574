import { type MovedDevice, parseJid } from '@switchboard/engine'
import { counted } from './counted.ts'
import type { SourceDevice } from './moving-source.ts'

const found = (count: number, what: string, more = ''): string[] => (count === 0 ? [] : [counted(count, what) + more])

/** What was found of a link, in one line. */
function described({ account, taken }: MovedDevice): string {
  const { preKeys, sessions, sessionsByLid, senderKeys, appStateKeys, privacyTokens, addresses } = taken
  const parts = [
    account.lid ? 'LID known' : 'LID not known',
    ...found(preKeys, 'prekey'),
    ...found(sessions, 'session', ` (${sessionsByLid} under LIDs)`),
    ...found(senderKeys, 'sender key'),
    ...found(appStateKeys, 'app-state key'),
    ...found(privacyTokens, 'privacy token'),
    ...found(addresses, 'LID', ' of people'),
  ]
  return `+${parseJid(account.jid)?.user}: ${parts.join(', ')}`
}

/** What becomes of a device, as lines for a person. Never secret. @param outcome such as `moved as device …` */
export function deviceLines(device: SourceDevice, outcome: string): string[] {
  const { name, link, contacts, chats, leftOut, registration } = device
  const more = [
    ...found(contacts.length, 'contact'),
    ...found(chats.length, 'chat setting'),
    ...found(registration?.webhooks.length ?? 0, 'webhook'),
  ]
  const linked = link && 'account' in link ? link : undefined
  return [
    `  ${name}: ${outcome}`,
    ...(linked
      ? [`    ${[described(linked), ...more].join(', ')}`]
      : more.length > 0
        ? [`    ${more.join(', ')}`]
        : []),
    ...[...(linked?.leftOut ?? []), ...leftOut].map((line) => `    Left: ${line}`),
  ]
}
