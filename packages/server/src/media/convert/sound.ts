import { AppError } from '../../errors/app-error.ts'
import { probe, wholeSeconds } from './probe.ts'
import { conversionUnavailable, kindMismatch } from './refusals.ts'
import { canDecode } from './thread/decode-sound.ts'
import type { Tools } from './tools.ts'
import type { Prepared, Probed, VoiceWish } from './types.ts'

/** An hour of sound takes a minute and a half. */
const longestVoiceMs = 180_000
const longestRemuxMs = 60_000

export const voiceInputs = [
  'audio/mpeg',
  'audio/wav',
  'audio/flac',
  'audio/ogg',
  'audio/ogg; codecs=opus',
  'audio/webm',
  'audio/x-matroska',
]
export const voiceInputsWithFfmpeg = [
  'audio/mp4',
  'audio/aac',
  'audio/amr',
  'audio/aiff',
  'audio/x-caf',
  'audio/x-ms-asf',
]

const voiceType = 'audio/ogg; codecs=opus'

const soundOnly = (probed: Probed): void => {
  if (probed.kind !== 'audio') throw kindMismatch(probed, [...voiceInputs, ...voiceInputsWithFfmpeg])
}

/** FLAC in Ogg is the one codec of that container that the probe cannot name. */
const codecOf = ({ mimetype, codec }: Probed): string | undefined =>
  codec ?? (mimetype === 'audio/ogg' ? 'flac' : undefined)

const voiceOf = (path: string, source: Probed, length: number, waveform: Uint8Array): Prepared => {
  const seconds = wholeSeconds(source.mimetype, length)
  return {
    path,
    probed: { mimetype: voiceType, kind: 'audio', extension: 'ogg', seconds, codec: 'opus' },
    waveform,
    seconds,
  }
}

/** A voice note in the form in which WhatsApp records: 16 kHz, one channel, three frames of 20 ms a packet. A file that has it leaves byte for byte.
 *  @throws AppError media_unreadable, media_kind_mismatch, media_too_large, media_conversion_unavailable */
export const prepareVoice = async (
  path: string,
  probed: Probed,
  { convert = 'auto' }: VoiceWish,
  tools: Tools,
): Promise<Prepared> => {
  soundOnly(probed)
  const { threads, ffmpeg, newFile, scratch } = tools
  if (probed.mimetype === voiceType) {
    const { right, seconds, waveform } = await threads.run('listenToOpus', longestVoiceMs, path)
    if (seconds === 0) throw new AppError('media_unreadable', 'There is no sound in the file')
    if (right || convert === 'never') return voiceOf(path, probed, seconds, waveform)
  }
  if (convert === 'never') throw kindMismatch(probed, [voiceType])
  const encode = (from: string, codec: string | undefined) =>
    newFile(async (to) => {
      const { seconds, waveform } = await threads.run('encodeOpus', longestVoiceMs, from, to, codec, 'voice')
      return voiceOf(to, probed, seconds, waveform)
    })
  const codec = codecOf(probed)
  if (canDecode(codec)) return encode(path, codec)
  if (!ffmpeg.opens(probed)) throw kindMismatch(probed, voiceInputs)
  if (!(await ffmpeg.version())) throw conversionUnavailable(probed, 'ffmpeg', voiceInputs)
  return scratch(async (wav) => {
    await ffmpeg.toWav(path, probed, wav)
    return encode(wav, 'pcm-s16')
  })
}

/** What every phone plays as it is; Vorbis, Matroska and other codecs in an M4A only some do. */
const isPlayed = ({ mimetype, codec }: Probed): boolean =>
  mimetype === 'audio/mp4' ? codec === 'aac' : /^audio\/(mpeg|aac|amr|wav|flac|ogg; codecs=opus)$/.test(mimetype)

/** Sound that is no voice note: byte for byte where phones play it, and else in a form that they play.
 *  @throws AppError media_unreadable, media_kind_mismatch, media_too_large, media_conversion_unavailable */
export const prepareAudio = async (
  path: string,
  probed: Probed,
  { threads, ffmpeg, newFile }: Tools,
): Promise<Prepared> => {
  soundOnly(probed)
  const asIs = (place: string, now: Probed): Prepared => ({
    path: place,
    probed: now,
    ...(now.seconds !== undefined && { seconds: now.seconds }),
  })
  if (isPlayed(probed)) {
    // Only what could be opened knows how long it is.
    if (probed.seconds === undefined && probed.mimetype !== 'audio/amr')
      throw new AppError('media_unreadable', 'There is no sound in the file')
    return asIs(path, probed)
  }
  const codec = codecOf(probed)
  const own = canDecode(codec)
  if (!own && !ffmpeg.opens(probed)) throw kindMismatch(probed, voiceInputs)
  if (!own && !(await ffmpeg.version())) throw conversionUnavailable(probed, 'ffmpeg', voiceInputs)
  return newFile(async (to) => {
    if (codec === 'opus') await threads.run('remux', longestRemuxMs, path, to, { container: 'ogg', silent: false })
    else if (own) await threads.run('encodeOpus', longestVoiceMs, path, to, codec, 'music')
    else await ffmpeg.toM4a(path, probed, to)
    const now = await probe(threads, to)
    return asIs(to, { ...now, seconds: probed.seconds ?? now.seconds ?? 1 })
  })
}
