import type { ChannelPost, Channels } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'

/** One post, as the channel has it now. @throws AppError message_not_found; EngineError */
export async function findPost(
  channels: Pick<Channels, 'posts'>,
  channel: string,
  serverId: number,
): Promise<ChannelPost> {
  const [post] = await channels.posts(channel, { count: 1, before: serverId + 1 })
  if (post?.serverId !== serverId || post.deleted) throw new AppError('message_not_found')
  return post
}

/** The same for a poll. @throws AppError poll_not_found; EngineError */
export async function findPoll(channels: Pick<Channels, 'posts'>, channel: string, serverId: number) {
  const [post] = await channels.posts(channel, { count: 1, before: serverId + 1 })
  const poll = post?.serverId === serverId && !post.deleted ? post.view?.poll : undefined
  if (!post || !poll) throw new AppError('poll_not_found')
  return { post, poll }
}
