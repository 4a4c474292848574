import type { Provoke } from '../walk.ts'

/** The gateway of the walk has no ffmpeg, and these need one: a GIF as a video, AMR as a voice note, a film as a sticker. */
const files = {
  videos: Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'),
  audio: Buffer.concat([Buffer.from('#!AMR\n'), Buffer.alloc(200, 0x3c)]),
  stickers: Buffer.concat([Buffer.from('0000001c', 'hex'), Buffer.from('ftypisom\0\0\u0002\0isomiso2mp41', 'latin1')]),
}

export default ((walk, entry) => {
  if (entry.operation.path === '/status') return walk.sendsFile(entry, files.videos, { type: 'video' })
  const kind = entry.operation.path.split('/').at(-1) as keyof typeof files
  return walk.sendsFile(entry, files[kind], kind === 'audio' ? { voice_note: 'true' } : {})
}) satisfies Provoke
