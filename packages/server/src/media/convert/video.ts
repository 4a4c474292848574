import { open } from 'node:fs/promises'
import { AppError } from '../../errors/app-error.ts'
import { makeThumbnail } from './image.ts'
import { withPictures } from './pictures.ts'
import { longestProbeMs, probe } from './probe.ts'
import { conversionUnavailable, kindMismatch, tooLong } from './refusals.ts'
import type { Tracks } from './thread/tracks.ts'
import type { Tools } from './tools.ts'
import type { Prepared, Probed, Thumbnail, VideoWish } from './types.ts'

const longestRemuxMs = 60_000
/** Of a round video note. */
const longestNoteSeconds = 60
/** A little more than 4K: what a decoder needs grows with it. */
const mostPixels = 4096 * 2304

/** Of H.264 and AAC, whatever the container. */
export const videoInputs = ['video/mp4', 'video/quicktime', 'video/3gpp', 'video/x-matroska', 'video/mp2t']
export const videoInputsWithFfmpeg = [
  ...['video/webm', 'video/ogg', 'video/3gpp2', 'video/mpeg', 'video/vnd.avi', 'video/x-flv', 'video/x-ms-asf'],
  'image/gif',
]

/** Profiles that phones decode: baseline, main, extended and high, with eight bits and colour in quarters (ITU-T H.264 Annex A). */
const commonProfile = /^avc[13]\.(42|4d|58|64)/i

interface Plan {
  /** The picture can stay as it is. */
  readonly picture: boolean
  readonly sound: boolean
}

const planOf = ({ video, audio }: Tracks, { gif, ptv }: VideoWish): Plan => ({
  picture:
    video?.codec === 'avc' &&
    commonProfile.test(video.profile ?? '') &&
    (!ptv || Math.abs(video.width - video.height) <= 1),
  sound: gif === true || audio === undefined || audio.codec === 'aac',
})

/** Places, cameras, people and titles stand in these boxes (3GPP TS 26.244 §8.2, QuickTime File Format "User data atoms", and keys of Apple and Google). */
const telling = [
  '\u00a9xyz',
  'loci',
  'com.apple.',
  'com.android.',
  '\u00a9mak',
  '\u00a9mod',
  '\u00a9nam',
  '\u00a9ART',
  '\u00a9aut',
  '\u00a9cmt',
  '\u00a9day',
  'uuid',
]
const largestIndexBytes = 8 * 1024 * 1024

/** Whether an MP4 plays while it loads and tells nothing but its sound and picture: then its bytes may leave as they are. */
const isClean = async (path: string): Promise<boolean> => {
  const file = await open(path)
  try {
    const names: string[] = []
    const { size } = await file.stat()
    const head = Buffer.alloc(16)
    for (let at = 0; at + 8 <= size && names.length < 50; ) {
      await file.read(head, 0, 16, at)
      const name = head.toString('latin1', 4, 8)
      const short = head.readUInt32BE(0)
      const length = short === 1 ? Number(head.readBigUInt64BE(8)) : short === 0 ? size - at : short
      if (length < 8 || length > size - at) return false
      names.push(name)
      if (name === 'moov') {
        if (length > largestIndexBytes) return false
        const index = Buffer.alloc(length)
        await file.read(index, 0, length, at)
        if (telling.some((box) => index.includes(Buffer.from(box, 'latin1')))) return false
      }
      at += length
    }
    const known = names.every((name) => ['ftyp', 'moov', 'free', 'mdat'].includes(name))
    return known && names[0] === 'ftyp' && names.includes('moov') && names.indexOf('moov') < names.indexOf('mdat')
  } finally {
    await file.close()
  }
}

/** A preview needs ffmpeg; without it the video goes out without one. */
const previewOf = async (path: string, probed: Probed, { ffmpeg }: Tools): Promise<Thumbnail | undefined> => {
  if (!(await ffmpeg.version())) return undefined
  try {
    const png = await ffmpeg.frame(path, probed)
    return await withPictures((picture) => makeThumbnail(picture, png))
  } catch {
    return undefined
  }
}

const prepared = async (path: string, tools: Tools): Promise<Prepared> => {
  const probed = await probe(tools.threads, path)
  if (probed.mimetype !== 'video/mp4' || probed.codec !== 'avc')
    throw new AppError('media_unreadable', 'The video cannot be brought into a form that phones play')
  const thumbnail = await previewOf(path, probed, tools)
  return {
    path,
    probed,
    ...(thumbnail && { thumbnail }),
    ...(probed.seconds !== undefined && { seconds: probed.seconds }),
  }
}

const encode = async (path: string, probed: Probed, plan: Plan, wish: VideoWish, tools: Tools): Promise<Prepared> => {
  const { ffmpeg, newFile } = tools
  if (!ffmpeg.opens(probed)) throw kindMismatch(probed, [...videoInputs, ...videoInputsWithFfmpeg])
  if (!(await ffmpeg.version())) throw conversionUnavailable(probed, 'ffmpeg', videoInputs)
  if ((probed.width ?? 0) * (probed.height ?? 0) > mostPixels)
    throw new AppError('media_too_large', `The video has ${probed.width} × ${probed.height} pixels`, {
      details: { unit: 'pixels', limit: mostPixels, found: probed.width! * probed.height! },
    })
  const silent = wish.gif === true || probed.kind === 'image'
  return newFile(async (to) => {
    await ffmpeg.toMp4(path, probed, to, { silent, square: wish.ptv === true, keepPicture: plan.picture })
    return prepared(to, tools)
  })
}

/** An MP4 of H.264 and AAC. What is that already leaves byte for byte or is only packed again; the rest needs ffmpeg.
 *  @throws AppError media_unreadable, media_kind_mismatch, media_too_large, media_conversion_unavailable */
export const prepareVideo = async (path: string, probed: Probed, wish: VideoWish, tools: Tools): Promise<Prepared> => {
  if (wish.ptv && (probed.seconds ?? 0) > longestNoteSeconds) throw tooLong(probed.seconds!, longestNoteSeconds)
  const nothing = { picture: false, sound: false }
  if (probed.kind === 'image' && probed.mimetype === 'image/gif') return encode(path, probed, nothing, wish, tools)
  if (probed.kind !== 'video') throw kindMismatch(probed, [...videoInputs, ...videoInputsWithFfmpeg])
  const tracks = await tools.threads.run('readTracks', longestProbeMs, path).catch(() => undefined)
  const plan = tracks ? planOf(tracks, wish) : nothing
  if (!plan.picture || !plan.sound) return encode(path, probed, plan, wish, tools)
  const silent = wish.gif === true
  const asItIs = probed.mimetype === 'video/mp4' && !(silent && probed.hasAudio) && (await isClean(path))
  if (asItIs) return prepared(path, tools)
  return tools.newFile(async (to) => {
    await tools.threads.run('remux', longestRemuxMs, path, to, { container: 'mp4', silent })
    return prepared(to, tools)
  })
}
