import { AppError } from '../../../errors/app-error.ts'
import { decodeSound, type Sound } from './decode-sound.ts'
import { OggWriter } from './ogg-writer.ts'
import { joinFrames } from './opus-packets.ts'
import { Resampler } from './resampler.ts'
import { Waveform } from './waveform.ts'

/** How sound is encoded. */
interface Form {
  readonly rate: 16_000 | 48_000
  readonly channels: 1 | 2
  readonly bitsPerSecond: number
  /** Of 20 ms. */
  readonly framesPerPacket: number
  readonly voice: boolean
}

/** `voice`: as WhatsApp's own clients record; what else an Ogg/Opus file may be, iPhones refuse for a voice note. `music`: what every player takes. */
const forms = {
  voice: { rate: 16_000, channels: 1, bitsPerSecond: 20_000, framesPerPacket: 3, voice: true },
  music: { rate: 48_000, channels: 2, bitsPerSecond: 96_000, framesPerPacket: 1, voice: false },
} as const satisfies Record<string, Form>

export type FormName = keyof typeof forms

/** What the encoder looks ahead, 6.5 ms, counted at 48 kHz. */
const preSkip = 312
const vendor = 'WhatsApp'
const longestSeconds = 3600

/** libopus, opus_defines.h */
const control = { signal: 4024, signalOfVoice: 3001 }

export interface Encoded {
  readonly seconds: number
  readonly waveform: Uint8Array
}

const mixed = (channels: readonly Float32Array[]): Float32Array => {
  const [first = new Float32Array(), ...others] = channels
  if (others.length === 0) return first
  return first.map((sample, at) => others.reduce((sum, channel) => sum + channel[at]!, sample) / channels.length)
}

/** Two channels stay two; more are mixed down. */
const asMany = ({ channels }: Sound, count: 1 | 2): Float32Array[] => {
  if (count === 2 && channels.length === 2) return [...channels]
  const one = mixed(channels)
  return count === 1 ? [one] : [one, one]
}

/** The rate and the channels of the form, chunk by chunk. */
async function* conform(sounds: AsyncIterable<Sound>, { rate, channels }: Form): AsyncGenerator<Float32Array[]> {
  let from: { readonly rate: number; readonly resamplers: readonly Resampler[] } | undefined
  for await (const sound of sounds) {
    // A stream may change its rate on the way.
    if (from?.rate !== sound.rate) {
      if (from) yield from.resamplers.map((resampler) => resampler.end())
      from = { rate: sound.rate, resamplers: Array.from({ length: channels }, () => new Resampler(sound.rate, rate)) }
    }
    const { resamplers } = from
    const given = asMany(sound, channels)
    yield sound.rate === rate ? given : given.map((samples, channel) => resamplers[channel]!.push(samples))
  }
  if (from && from.rate !== rate) yield from.resamplers.map((resampler) => resampler.end())
}

/** Listens to what passes, and bounds its length. */
async function* heard(
  chunks: AsyncIterable<Float32Array[]>,
  { rate }: Form,
  listen: (chunk: Float32Array) => void,
): AsyncGenerator<Float32Array[]> {
  let samples = 0
  for await (const chunk of chunks) {
    samples += chunk[0]!.length
    if (samples > longestSeconds * rate)
      throw new AppError('media_too_large', `The recording is longer than ${longestSeconds} seconds`, {
        details: { unit: 'seconds', limit: longestSeconds },
      })
    listen(chunk[0]!)
    yield chunk
  }
}

const toPcm = (sample: number): number => Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_767)))

/** Cuts what comes into frames of 20 ms, 16 bits a sample, channels in turn. The last is filled up with silence, and so is what the encoder looks ahead. */
async function* inFrames(chunks: AsyncIterable<Float32Array[]>, { rate, channels }: Form): AsyncGenerator<Buffer> {
  const length = rate / 50
  let frame = Buffer.alloc(length * channels * 2)
  let filled = 0
  let total = 0
  for await (const chunk of chunks) {
    const samples = chunk[0]!.length
    for (let at = 0; at < samples; at++) {
      for (let channel = 0; channel < channels; channel++)
        frame.writeInt16LE(toPcm(chunk[channel]![at]!), (filled * channels + channel) * 2)
      if (++filled < length) continue
      yield frame
      frame = Buffer.alloc(length * channels * 2)
      filled = 0
    }
    total += samples
  }
  const lookAhead = (preSkip * rate) / 48_000
  const missing = Math.ceil((total + lookAhead) / length) - Math.floor(total / length)
  for (let index = 0; index < missing; index++) yield index === 0 ? frame : Buffer.alloc(frame.length)
}

/** Encodes any sound that can be decoded here into Ogg/Opus. @throws AppError media_unreadable when there is no sound in it, media_too_large */
export const encodeOpus = async (
  path: string,
  to: string,
  codec: string | undefined,
  name: FormName,
): Promise<Encoded> => {
  const form: Form = forms[name]
  const { default: OpusScript } = await import('opusscript')
  const waveform = new Waveform()
  let samples = 0
  const listen = (chunk: Float32Array): void => {
    samples += chunk.length
    if (form.voice) waveform.push(chunk)
  }
  const { VOIP, AUDIO } = OpusScript.Application
  const encoder = new OpusScript(form.rate, form.channels, form.voice ? VOIP : AUDIO)
  encoder.setBitrate(form.bitsPerSecond)
  if (form.voice) encoder.encoderCTL(control.signal, control.signalOfVoice)
  const ogg = new OggWriter(to, { channels: form.channels, inputRate: form.rate, preSkip, vendor })
  let waiting: Uint8Array[] = []
  const write = (): void => {
    const [only] = waiting
    if (!only) return
    ogg.add(form.framesPerPacket === 1 ? only : joinFrames(waiting), waiting.length * 960)
    waiting = []
  }
  try {
    for await (const frame of inFrames(heard(conform(decodeSound(path, codec), form), form, listen), form)) {
      const packet = encoder.encode(frame, form.rate / 50)
      // Only frames that begin alike share a packet.
      if (waiting.length === form.framesPerPacket || (waiting[0] && waiting[0][0] !== packet[0])) write()
      waiting.push(packet)
    }
    if (samples === 0) throw new AppError('media_unreadable', 'There is no sound in the file')
    write()
    ogg.end(preSkip + (samples * 48_000) / form.rate)
  } catch (error) {
    ogg.abandon()
    throw error
  } finally {
    encoder.delete()
  }
  return { seconds: samples / form.rate, waveform: waveform.bars() }
}
