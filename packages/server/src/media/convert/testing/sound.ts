import * as bunny from 'mediabunny'
import OpusScript from 'opusscript'

/** Samples of a tone from -1 to 1, getting louder. */
export const tone = (seconds: number, rate: number): Float32Array =>
  Float32Array.from(
    { length: Math.round(seconds * rate) },
    (_, at) => Math.sin((at / rate) * 2 * Math.PI * 440) * Math.min(1, 0.2 + (0.7 * at) / (seconds * rate)),
  )

/** As a browser's recorder writes them: 48 kHz, one frame of 20 ms a packet. */
export const opusPackets = (seconds: number, channels: 1 | 2 = 1): Uint8Array[] => {
  const encoder = new OpusScript(48_000, channels, OpusScript.Application.AUDIO)
  const samples = tone(seconds, 48_000)
  const packets: Uint8Array[] = []
  for (let at = 0; at < samples.length; at += 960) {
    const pcm = Buffer.alloc(960 * channels * 2)
    for (let index = 0; index < 960; index++)
      for (let channel = 0; channel < channels; channel++)
        pcm.writeInt16LE(Math.round((samples[at + index] ?? 0) * 32_000), (index * channels + channel) * 2)
    packets.push(new Uint8Array(encoder.encode(pcm, 960)))
  }
  encoder.delete()
  return packets
}

/** Opus packets of 20 ms in a container. A WebM has no length in its header, like a browser's. */
export const recording = async (
  packets: readonly Uint8Array[],
  container: 'webm' | 'ogg',
  channels = 1,
): Promise<Buffer> => {
  const target = new bunny.BufferTarget()
  const format = container === 'ogg' ? new bunny.OggOutputFormat() : new bunny.WebMOutputFormat({ appendOnly: true })
  const output = new bunny.Output({ format, target })
  const source = new bunny.EncodedAudioPacketSource('opus')
  output.addAudioTrack(source)
  await output.start()
  const description = Buffer.alloc(19)
  description.write('OpusHead\u0001')
  description[9] = channels
  description.writeUInt16LE(312, 10)
  description.writeUInt32LE(48_000, 12)
  const meta = { decoderConfig: { codec: 'opus', sampleRate: 48_000, numberOfChannels: channels, description } }
  for (const [index, data] of packets.entries())
    await source.add(new bunny.EncodedPacket(data, 'key', index * 0.02, 0.02), meta)
  await output.finalize()
  return Buffer.from(target.buffer!)
}

/** A film with pictures that nobody can decode: for what reads containers only. */
export const film = async (shape: { width: number; height: number; seconds: number }): Promise<Buffer> => {
  const target = new bunny.BufferTarget()
  const output = new bunny.Output({ format: new bunny.WebMOutputFormat(), target })
  const source = new bunny.EncodedVideoPacketSource('vp8')
  output.addVideoTrack(source)
  await output.start()
  const meta = { decoderConfig: { codec: 'vp8', codedWidth: shape.width, codedHeight: shape.height } }
  for (let at = 0; at < shape.seconds * 10; at++)
    await source.add(
      new bunny.EncodedPacket(new Uint8Array(50).fill(1), at === 0 ? 'key' : 'delta', at / 10, 0.1),
      meta,
    )
  await output.finalize()
  return Buffer.from(target.buffer!)
}

/** 16 bits a sample, the same tone in every channel. */
export const wav = (seconds: number, rate: number, channels = 1): Buffer => {
  const samples = tone(seconds, rate)
  const data = Buffer.alloc(samples.length * channels * 2)
  for (const [at, sample] of samples.entries())
    for (let channel = 0; channel < channels; channel++)
      data.writeInt16LE(Math.round(sample * 32_000), (at * channels + channel) * 2)
  const header = Buffer.alloc(44)
  header.write('RIFF')
  header.writeUInt32LE(36 + data.length, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(channels, 22)
  header.writeUInt32LE(rate, 24)
  header.writeUInt32LE(rate * channels * 2, 28)
  header.writeUInt16LE(channels * 2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(data.length, 40)
  return Buffer.concat([header, data])
}

export interface OggStream {
  readonly head: Buffer
  readonly tags: Buffer
  readonly packets: readonly Buffer[]
  /** Granule position of the last page. */
  readonly end: number
}

/** Reads an Ogg file as RFC 3533 says, and complains of what is not so. Written apart from the code that writes such files. */
export const readOgg = (file: Buffer): OggStream => {
  const packets: Buffer[] = []
  let open: Buffer[] = []
  let end = 0
  for (let at = 0, page = 0; at < file.length; page++) {
    if (file.toString('latin1', at, at + 4) !== 'OggS') throw new Error(`no page at ${at}`)
    const segments = [...file.subarray(at + 27, at + 27 + file[at + 26]!)]
    const body = at + 27 + segments.length
    const next = body + segments.reduce((sum, length) => sum + length, 0)
    const whole = Buffer.from(file.subarray(at, next))
    const told = whole.readUInt32LE(22)
    whole.writeUInt32LE(0, 22)
    if (slowCrc(whole) !== told) throw new Error(`page ${page} has a wrong checksum`)
    if (whole.readUInt32LE(18) !== page) throw new Error(`page ${page} says that it is another`)
    const kind = (page === 0 ? 2 : 0) | (next === file.length ? 4 : 0)
    if (whole[5] !== kind) throw new Error(`page ${page} is not marked as first, last or neither`)
    let from = body
    for (const length of segments) {
      open.push(file.subarray(from, from + length))
      from += length
      if (length === 255) continue
      packets.push(Buffer.concat(open))
      open = []
    }
    end = Number(file.readBigInt64LE(at + 6))
    at = next
  }
  const [head, tags, ...rest] = packets
  return { head: head!, tags: tags!, packets: rest, end }
}

/** Bit by bit. */
const slowCrc = (bytes: Buffer): number => {
  let crc = 0n
  for (const byte of bytes)
    for (let bit = 7; bit >= 0; bit--) {
      const top = (crc >> 31n) & 1n
      crc = ((crc << 1n) & 0xffffffffn) ^ (top ^ BigInt((byte >> bit) & 1) ? 0x04c11db7n : 0n)
    }
  return Number(crc)
}

/** Lengths of the frames in an Opus packet of code 3 with different lengths (RFC 6716 §3.2.5). */
export const framesOf = (packet: Buffer): number[] => {
  if ((packet[0]! & 3) !== 3 || (packet[1]! & 0xc0) !== 0x80) throw new Error('not of code 3 with different lengths')
  const count = packet[1]! & 0x3f
  const lengths: number[] = []
  let at = 2
  for (let frame = 0; frame < count - 1; frame++) {
    const first = packet[at++]!
    lengths.push(first < 252 ? first : first + 4 * packet[at++]!)
  }
  return [...lengths, packet.length - at - lengths.reduce((sum, length) => sum + length, 0)]
}
