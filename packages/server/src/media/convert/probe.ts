import { detect } from './detect.ts'
import { readPictureFacts } from './pictures.ts'
import type { Tracks } from './thread/tracks.ts'
import type { Threads } from './threads.ts'
import type { Probed } from './types.ts'

export const longestProbeMs = 15_000

/** Formats that are read for their tracks. */
const containers = /^(video\/(mp4|quicktime|3gpp2?|webm|matroska|ogg|mp2t)|audio\/(mp4|ogg|mpeg|aac|wav|flac))$/
/** These begin with a few bits that also begin other files: without a track they are nothing. */
const weak = /^audio\/(mpeg|aac)$/
const pictures = /^image\/(jpeg|png|webp|gif)$/
/** Encoders of these add a little silence at the ends, and browsers write times in milliseconds: a recording of three seconds is not one of four. */
const padded = /^(audio\/(mpeg|aac|mp4|webm|x-matroska)|video\/)/
const paddingSeconds = 0.08

const extensions: Readonly<Record<string, string>> = {
  'audio/mp4': 'm4a',
  'audio/mpeg': 'mp3',
  'audio/x-matroska': 'mka',
  'audio/webm': 'webm',
  'audio/ogg': 'ogg',
  'image/jpeg': 'jpg',
  'video/x-matroska': 'mkv',
}

/** Whole seconds, rounded up, as phones show them. */
export const wholeSeconds = (mimetype: string, seconds: number): number =>
  Math.max(1, Math.ceil(seconds - (padded.test(mimetype) ? paddingSeconds : 1e-6)))

const kindOf = (mimetype: string): Probed['kind'] => {
  const [kind = ''] = mimetype.split('/')
  return mimetype !== 'image/svg+xml' && (kind === 'image' || kind === 'video' || kind === 'audio') ? kind : 'document'
}

const describeTracks = ({
  mimetype: container,
  video,
  audio,
  seconds,
}: Tracks): Partial<Probed> & Pick<Probed, 'mimetype'> => {
  // Both a container's name for recordings of sound and for films may hold only sound: the tracks decide.
  const mimetype = video ? container : container.replace(/^video\//, 'audio/')
  const codec = (video ?? audio)?.codec
  return {
    mimetype: mimetype === 'audio/ogg' && codec === 'opus' ? 'audio/ogg; codecs=opus' : mimetype,
    ...(seconds > 0 && { seconds: wholeSeconds(mimetype, seconds) }),
    ...(codec && { codec }),
    ...(video && { width: video.width, height: video.height, hasAudio: audio !== undefined }),
  }
}

/** Opens the file as far as its kind needs. What is in it cannot make this fail. @throws AppError media_unreadable when the file is empty */
export const probe = async (threads: Threads, path: string, fileName?: string): Promise<Probed> => {
  const told = await detect(path, fileName)
  const base: Probed = { ...told, extension: extensions[told.mimetype] ?? told.extension, kind: kindOf(told.mimetype) }
  if (pictures.test(base.mimetype)) {
    const facts = await readPictureFacts(path).catch(() => undefined)
    if (!facts) return base
    const { width, height, frames } = facts
    return { ...base, width, height, ...(frames > 1 && { animated: true }) }
  }
  if (!containers.test(base.mimetype)) return base
  const tracks = await threads.run('readTracks', longestProbeMs, path).catch(() => undefined)
  if (!tracks)
    return weak.test(base.mimetype)
      ? { mimetype: 'application/octet-stream', extension: 'bin', kind: 'document' }
      : base
  const found = describeTracks(tracks)
  const [bare = ''] = found.mimetype.split(';')
  return { ...base, ...found, kind: kindOf(bare), extension: extensions[bare] ?? base.extension }
}
