import { accountSync } from './account-sync.ts'
import { channelPosts } from './channel-posts.ts'
import { devices } from './devices.ts'
import { encrypt } from './encrypt.ts'
import { group } from './groups.ts'
import { mediaRetry } from './media-retry.ts'
import { mex } from './mex.ts'
import type { Notification } from './notification.ts'
import { passkeyContinuation, passkeyRequest } from './passkey.ts'
import { about, business, contacts } from './people.ts'
import { picture } from './picture.ts'
import { privacyToken } from './privacy-token.ts'
import { serverSync } from './server-sync.ts'

const all: readonly Notification[] = [
  ...[
    about,
    accountSync,
    business,
    channelPosts,
    contacts,
    devices,
    encrypt,
    group,
    mediaRetry,
    mex,
    passkeyContinuation,
    passkeyRequest,
    picture,
    privacyToken,
    serverSync,
  ],
  // The link alone deals with it.
  { type: 'link_code_companion_reg', whole: (node, { connection }) => connection.takeLinkCode(node) },
]

const byType = new Map(all.map((each) => [each.type, each]))

/** What a type of notification means; undefined when it means nothing here. */
export const notificationOf = (type: string | undefined): Notification | undefined => byType.get(type ?? '')
