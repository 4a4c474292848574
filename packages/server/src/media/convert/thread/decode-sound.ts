import { createReadStream } from 'node:fs'
import type { InputAudioTrack } from 'mediabunny'
import { AppError } from '../../../errors/app-error.ts'
import { openInput } from './tracks.ts'

/** Sound as it comes out of a decoder: one array a channel, from -1 to 1. */
export interface Sound {
  readonly channels: readonly Float32Array[]
  readonly rate: number
}

/** What the WebAssembly decoders of one family have in common. */
interface StreamDecoder {
  readonly ready: Promise<void>
  decode(bytes: Uint8Array): Decoded | Promise<Decoded>
  flush?(): Promise<Decoded>
  free(): void
}

interface Decoded {
  readonly channelData: readonly Float32Array[]
  readonly samplesDecoded: number
  readonly sampleRate: number
}

async function* decodeStream(path: string, decoder: StreamDecoder): AsyncGenerator<Sound> {
  await decoder.ready
  try {
    const soundOf = ({ channelData, sampleRate }: Decoded): Sound => ({ channels: channelData, rate: sampleRate })
    for await (const bytes of createReadStream(path, { highWaterMark: 32_768 })) {
      const decoded = await decoder.decode(bytes as Buffer)
      if (decoded.samplesDecoded > 0) yield soundOf(decoded)
    }
    const rest = await decoder.flush?.()
    if (rest && rest.samplesDecoded > 0) yield soundOf(rest)
  } finally {
    decoder.free()
  }
}

async function* decodePcm(track: InputAudioTrack): AsyncGenerator<Sound> {
  const { AudioSampleSink } = await import('mediabunny')
  for await (const sample of new AudioSampleSink(track).samples()) {
    const channels = Array.from({ length: sample.numberOfChannels }, (_, planeIndex) => {
      const plane = new Float32Array(sample.numberOfFrames)
      sample.copyTo(plane, { format: 'f32-planar', planeIndex })
      return plane
    })
    yield { channels, rate: sample.sampleRate }
    sample.close()
  }
}

/** Rate at which Opus is decoded: the decoder itself resamples, and mixes down to one channel. */
const opusRate = 16_000
/** `OpusHead` names it at 10, in samples of 48 kHz (RFC 7845 §5.1). */
const preSkipOf = (description: ArrayBuffer | ArrayBufferView | undefined): number => {
  if (!description) return 0
  const bytes = ArrayBuffer.isView(description)
    ? Buffer.from(description.buffer, description.byteOffset, description.byteLength)
    : Buffer.from(description)
  return bytes.length >= 12 ? bytes.readUInt16LE(10) : 0
}

/** Every packet with the sound in it, from the first that is to be heard to the last. */
export async function* decodeOpus(
  path: string,
): AsyncGenerator<{ readonly packet: Uint8Array; readonly sound: Sound }> {
  const { EncodedPacketSink } = await import('mediabunny')
  const { default: OpusScript } = await import('opusscript')
  const input = await openInput(path)
  const decoder = new OpusScript(opusRate, 1)
  try {
    const track = await input.getPrimaryAudioTrack()
    if (!track) return
    if ((await track.getNumberOfChannels()) > 2)
      throw new AppError('media_unreadable', 'Opus of more than two channels cannot be decoded')
    let skip = Math.round((preSkipOf((await track.getDecoderConfig())?.description) * opusRate) / 48_000)
    // Only Ogg tells to the sample where the sound ends.
    const ogg = (await input.getMimeType()).startsWith('audio/ogg')
    const seconds = (await track.computeDuration()) - Math.max(0, await track.getFirstTimestamp())
    let left = ogg ? Math.round(seconds * opusRate) : Number.POSITIVE_INFINITY
    for await (const { data } of new EncodedPacketSink(track).packets()) {
      const pcm = decoder.decode(Buffer.from(data))
      const samples = Float32Array.from({ length: pcm.length / 2 }, (_, at) => pcm.readInt16LE(at * 2) / 32_768)
      const heard = samples.subarray(Math.min(skip, samples.length)).subarray(0, left)
      skip = Math.max(0, skip - samples.length)
      left -= heard.length
      yield { packet: data, sound: { channels: [heard], rate: opusRate } }
    }
  } finally {
    decoder.delete()
    input.dispose()
  }
}

/** Undefined for what only ffmpeg decodes. */
export const canDecode = (codec: string | undefined): boolean =>
  /^(mp3|flac|vorbis|opus|pcm-.+|ulaw|alaw)$/.test(codec ?? '')

/** Decodes a file without ffmpeg. Errors within it are passed over, as players do; silence is what is left of a file without any sound. */
export async function* decodeSound(path: string, codec: string | undefined): AsyncGenerator<Sound> {
  if (codec === 'opus') {
    for await (const { sound } of decodeOpus(path)) yield sound
  } else if (codec === 'mp3') {
    const { MPEGDecoder } = await import('mpg123-decoder')
    yield* decodeStream(path, new MPEGDecoder())
  } else if (codec === 'flac') {
    const { FLACDecoder } = await import('@wasm-audio-decoders/flac')
    yield* decodeStream(path, new FLACDecoder())
  } else if (codec === 'vorbis') {
    const { OggVorbisDecoder } = await import('@wasm-audio-decoders/ogg-vorbis')
    yield* decodeStream(path, new OggVorbisDecoder())
  } else {
    const input = await openInput(path)
    try {
      const track = await input.getPrimaryAudioTrack()
      if (track) yield* decodePcm(track)
    } finally {
      input.dispose()
    }
  }
}
