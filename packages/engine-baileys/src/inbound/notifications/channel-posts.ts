import { readPost } from '../../abilities/channels/posts.ts'
import { childOf, childrenNamed, stanzaTime } from '../../wire/nodes.ts'
import { itemBase, type Notification } from './notification.ts'

/** Counts of posts in channels that are watched. Seen in: whatsmeow notification.go `handleNewsletterNotification`, where messages are children of
 *  `live_updates`; zapo reads those of `messages` in it. */
export const channelPosts: Notification = {
  type: 'newsletter',
  inOrder: () => true,
  items(node) {
    const live = childOf(node, 'live_updates')
    const direct = childrenNamed(live, 'message')
    const posts = (direct.length > 0 ? direct : childrenNamed(childOf(live, 'messages'), 'message')).map((post) =>
      readPost(post, stanzaTime(node)),
    )
    const channel = node.attrs['from'] ?? ''
    return posts.length > 0 ? [{ kind: 'channel_posts', ...itemBase(node), channel, posts }] : []
  },
}
