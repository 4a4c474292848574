import type { WireNode } from '../../wire/node.ts'
import { children } from '../../wire/node-access.ts'
import { appState } from './app-state.ts'
import { blocklist } from './blocklist.ts'
import { botList } from './bot-list.ts'
import { business } from './business.ts'
import { catalog, orders } from './catalog.ts'
import { contactQr } from './contact-qr.ts'
import { disappearingMode } from './disappearing-mode.ts'
import { encrypt } from './encrypt.ts'
import { groups } from './groups/index.ts'
import type { IqHandler, IqNamespace } from './iq-handler.ts'
import { md } from './md.ts'
import { media } from './media.ts'
import { mex } from './mex.ts'
import { newsletter } from './newsletter.ts'
import { privacy } from './privacy.ts'
import { profilePicture } from './profile-picture.ts'
import { push } from './push.ts'
import { abt, dirty, passive, ping, stats } from './routine.ts'
import { status } from './status.ts'
import { tos } from './tos.ts'
import { usync } from './usync.ts'

const namespaces: ReadonlyMap<string, IqNamespace> = new Map(
  [
    abt,
    appState,
    blocklist,
    botList,
    business,
    catalog,
    contactQr,
    dirty,
    disappearingMode,
    encrypt,
    groups,
    md,
    media,
    mex,
    newsletter,
    orders,
    passive,
    ping,
    privacy,
    profilePicture,
    push,
    stats,
    status,
    tos,
    usync,
  ].map((namespace) => [namespace.xmlns, namespace]),
)

/** The handler for a request, chosen by namespace, type and any of its children: clients order children differently. */
export function findIqHandler(xmlns: string, type: string, node: WireNode): IqHandler | undefined {
  const handlers = namespaces.get(xmlns)?.handlers
  if (!handlers) return undefined
  for (const item of children(node)) {
    const key = `${type} ${item.tag}`
    if (Object.hasOwn(handlers, key)) return handlers[key]
  }
  return Object.hasOwn(handlers, type) ? handlers[type] : undefined
}
