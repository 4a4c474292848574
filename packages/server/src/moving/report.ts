import { type MovedDevice, parseJid } from '@switchboard/engine'
import type { SourceDevice } from './moving-source.ts'

const counted = (count: number, what: string, more = ''): string[] =>
  count === 0 ? [] : [`${count} ${what}${count === 1 ? '' : 's'}${more}`]

/** What was found of a link, in one line. */
function described({ account, taken }: MovedDevice): string {
  const { preKeys, sessions, sessionsByLid, senderKeys, appStateKeys, privacyTokens, addresses } = taken
  const parts = [
    account.lid ? 'LID known' : 'LID not known',
    ...counted(preKeys, 'prekey'),
    ...counted(sessions, 'session', ` (${sessionsByLid} under LIDs)`),
    ...counted(senderKeys, 'sender key'),
    ...counted(appStateKeys, 'app-state key'),
    ...counted(privacyTokens, 'privacy token'),
    ...counted(addresses, 'LID', ' of people'),
  ]
  return `+${parseJid(account.jid)?.user}: ${parts.join(', ')}`
}

/** What becomes of a device, as lines for a person. Never secret. @param outcome such as `moved as device …` */
export function deviceLines(device: SourceDevice, outcome: string): string[] {
  const { name, link, contacts, chats, leftOut, registration } = device
  const more = [
    ...counted(contacts.length, 'contact'),
    ...counted(chats.length, 'chat setting'),
    ...counted(registration?.webhooks.length ?? 0, 'webhook'),
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
