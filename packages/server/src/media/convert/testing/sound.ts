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

/** A film whose pictures nobody can decode: for what reads containers only. */
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
