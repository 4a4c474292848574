import { AppError } from '../../../errors/app-error.ts'
import { decodeOpus, decodeSound, type Sound } from './decode-sound.ts'
import { OggWriter } from './ogg-writer.ts'
import { joinFrames, packetFacts } from './opus-packets.ts'
import { Resampler } from './resampler.ts'
import { Waveform } from './waveform.ts'

/** As WhatsApp's own clients record: what else an Ogg/Opus file may be, iPhones refuse. */
const voiceRate = 16_000
const bitsPerSecond = 20_000
const frameSamples = voiceRate / 50
const framesPerPacket = 3
/** What the encoder looks ahead at this rate, 6.5 ms, counted at 48 kHz. */
const preSkip = 312
const vendor = 'WhatsApp'
const longestSeconds = 3600

/** libopus, opus_defines.h */
const control = { signal: 4024, voice: 3001 }

export interface Voice {
  /** The file was a voice note already; nothing was written. */
  readonly asItIs: boolean
  /** Samples of 16 kHz that are heard. */
  readonly samples: number
  readonly waveform: Uint8Array
}

const mono = ({ channels }: Sound): Float32Array => {
  const [first = new Float32Array(), ...others] = channels
  if (others.length === 0) return first
  return first.map((sample, at) => others.reduce((sum, channel) => sum + channel[at]!, sample) / channels.length)
}

/** One channel of 16 kHz, chunk by chunk. */
async function* atVoiceRate(sounds: AsyncIterable<Sound>): AsyncGenerator<Float32Array> {
  let resampler: { readonly rate: number; readonly it: Resampler } | undefined
  for await (const sound of sounds) {
    // A stream may change its rate on the way.
    if (resampler?.rate !== sound.rate) {
      if (resampler) yield resampler.it.end()
      resampler = { rate: sound.rate, it: new Resampler(sound.rate, voiceRate) }
    }
    yield sound.rate === voiceRate ? mono(sound) : resampler.it.push(mono(sound))
  }
  if (resampler && resampler.rate !== voiceRate) yield resampler.it.end()
}

/** Cuts what comes into frames of 20 ms; the last is filled up with silence, and so is what the encoder looks ahead. */
async function* inFrames(chunks: AsyncIterable<Float32Array>): AsyncGenerator<Float32Array> {
  let frame = new Float32Array(frameSamples)
  let filled = 0
  let total = 0
  for await (const chunk of chunks) {
    total += chunk.length
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + frameSamples - filled)
      frame.set(part, filled)
      filled += part.length
      at += part.length
      if (filled === frameSamples) {
        yield frame
        frame = new Float32Array(frameSamples)
        filled = 0
      }
    }
  }
  const lookAhead = (preSkip * voiceRate) / 48_000
  const silent = Math.ceil((total + lookAhead) / frameSamples) - Math.floor(total / frameSamples)
  for (let index = 0; index < silent; index++) yield index === 0 ? frame : new Float32Array(frameSamples)
}

const toPcm = (frame: Float32Array): Buffer => {
  const pcm = Buffer.alloc(frame.length * 2)
  for (const [at, sample] of frame.entries())
    pcm.writeInt16LE(Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_767))), at * 2)
  return pcm
}

/** Listens to what passes. */
async function* heard(chunks: AsyncIterable<Float32Array>, waveform: Waveform, count: { samples: number }) {
  for await (const chunk of chunks) {
    waveform.push(chunk)
    count.samples += chunk.length
    if (count.samples > longestSeconds * voiceRate)
      throw new AppError('media_too_large', `The recording is longer than ${longestSeconds} seconds`, {
        details: { unit: 'seconds', limit: longestSeconds },
      })
    yield chunk
  }
}

/** @throws AppError media_unreadable when there is no sound in it, media_too_large */
export const encodeVoice = async (path: string, to: string, codec: string | undefined): Promise<Voice> => {
  const { default: OpusScript } = await import('opusscript')
  const waveform = new Waveform()
  const count = { samples: 0 }
  const encoder = new OpusScript(voiceRate, 1, OpusScript.Application.VOIP)
  encoder.setBitrate(bitsPerSecond)
  encoder.encoderCTL(control.signal, control.voice)
  const ogg = new OggWriter(to, { channels: 1, inputRate: voiceRate, preSkip, vendor })
  let waiting: Uint8Array[] = []
  const write = (): void => {
    if (waiting.length > 0) ogg.add(joinFrames(waiting), waiting.length * 960)
    waiting = []
  }
  try {
    for await (const frame of inFrames(heard(atVoiceRate(decodeSound(path, codec)), waveform, count))) {
      const packet = encoder.encode(toPcm(frame), frameSamples)
      // Only frames that begin alike share a packet.
      if (waiting.length === framesPerPacket || (waiting[0] && waiting[0][0] !== packet[0])) write()
      waiting.push(packet)
    }
    if (count.samples === 0) throw new AppError('media_unreadable', 'There is no sound in the file')
    write()
    ogg.end(preSkip + count.samples * 3)
  } catch (error) {
    ogg.abandon()
    throw error
  } finally {
    encoder.delete()
  }
  return { asItIs: false, samples: count.samples, waveform: waveform.bars() }
}

/** Listens to an Opus file without changing it. `right`: in the form that every phone plays, which is one channel and packets of several frames of 20 ms. */
export const listenToOpus = async (path: string): Promise<Omit<Voice, 'asItIs'> & { readonly right: boolean }> => {
  const waveform = new Waveform()
  let samples = 0
  const packets = { right: 0, several: 0, all: 0 }
  for await (const { packet, sound } of decodeOpus(path)) {
    const facts = packetFacts(packet)
    packets.all += 1
    if (facts && facts.frameMs === 20 && !facts.stereo) packets.right += 1
    if (facts && facts.frames > 1) packets.several += 1
    waveform.push(sound.channels[0]!)
    samples += sound.channels[0]!.length
  }
  // Where the first byte changes, and at the end, packets have fewer frames.
  const right = packets.all > 0 && packets.right === packets.all && packets.several * 2 > packets.all
  return { right, samples, waveform: waveform.bars() }
}
