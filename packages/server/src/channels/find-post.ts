import type { ChannelPost, Channels } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'

type Posts = Pick<Channels, 'posts'>

async function postAt(channels: Posts, channel: string, serverId: number): Promise<ChannelPost | undefined> {
  const [post] = await channels.posts(channel, { count: 1, before: serverId + 1 })
  return post?.serverId === serverId && !post.deleted ? post : undefined
}

/** One post, as the channel has it now. @throws AppError message_not_found; EngineError */
export async function findPost(channels: Posts, channel: string, serverId: number): Promise<ChannelPost> {
  const post = await postAt(channels, channel, serverId)
  if (!post) throw new AppError('message_not_found')
  return post
}

/** The same for a poll. @throws AppError poll_not_found; EngineError */
export async function findPoll(channels: Posts, channel: string, serverId: number) {
  const post = await postAt(channels, channel, serverId)
  const poll = post?.view?.poll
  if (!post || !poll) throw new AppError('poll_not_found')
  return { post, poll }
}
