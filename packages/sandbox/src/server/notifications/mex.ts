import { serverJid } from '../../wire/jid.ts'
import type { WireNode } from '../../wire/node.ts'
import type { Account } from '../../world/account.ts'
import type { World } from '../../world/world.ts'
import { notify } from './notify.ts'

/** `<notification type="mex"><update op_name>JSON`, for every device of those people. whatsmeow (notification.go handleMexNotification) reads `data`;
 *  baileys (messages-recv.js) reads an older list, `updates`: both are there. */
export function tellByMex(
  world: World,
  people: Iterable<Account>,
  operation: string,
  body: { data: object; updates?: readonly object[] },
): void {
  const content = new Uint8Array(Buffer.from(JSON.stringify({ ...body, operation })))
  const devices = [...people].flatMap((account) => [...account.devices.values()])
  const update: WireNode = { tag: 'update', attrs: { op_name: operation }, content }
  notify(world, devices, { type: 'mex', from: serverJid, content: [update] })
}
