import type { FastifyReply, FastifyRequest } from 'fastify'

/** Sends whoever asks for a folder without its slash to the one with it: addresses in its page are relative, and would start a level too high. */
export const slashAtTheEnd = async (
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> => {
  const [place = '', query] = (request.raw.url ?? '').split('?', 2)
  if (place.endsWith('/')) return undefined
  const folder = place.slice(place.lastIndexOf('/') + 1)
  return reply.redirect(`${folder}/${query === undefined ? '' : `?${query}`}`, 308)
}

/** Whether a route is a folder with a page of its own. */
export const isFolder = (path: string): boolean => path.length > 1 && path.endsWith('/')
