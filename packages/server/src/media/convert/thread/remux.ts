import type { EncodedPacket, InputTrack } from 'mediabunny'
import { openInput } from './tracks.ts'

interface Wish {
  readonly container: 'mp4' | 'ogg'
  readonly silent: boolean
}

/** A track on its way from one container into another. */
interface Lane {
  readonly packets: AsyncGenerator<EncodedPacket>
  next: EncodedPacket | undefined
  add(packet: EncodedPacket): Promise<void>
}

/** Writes the first track of sound and of picture into a new container, as they are: nothing else of the file comes along, no place and no title. Holds no more than
 *  a few packets in memory; the index of an MP4 comes first, so that it plays while it loads. */
export const remux = async (path: string, to: string, { container, silent }: Wish): Promise<void> => {
  const bunny = await import('mediabunny')
  const input = await openInput(path)
  const format = container === 'mp4' ? new bunny.Mp4OutputFormat({ fastStart: 'reserve' }) : new bunny.OggOutputFormat()
  const output = new bunny.Output({ format, target: new bunny.FilePathTarget(to, { chunkSize: 1024 * 1024 }) })
  try {
    const video = await input.getPrimaryVideoTrack()
    const audio = silent ? null : await input.getPrimaryAudioTrack()
    const first = await input.getFirstTimestamp([video, audio].filter((track) => track !== null))
    // Sound has times below zero for what decoders skip; a container that begins later begins at zero.
    const shift = (packet: EncodedPacket) =>
      first > 0 ? packet.clone({ timestamp: packet.timestamp - first }) : packet
    const lanes: Lane[] = []
    const addLane = (track: InputTrack, add: Lane['add']) =>
      lanes.push({ packets: new bunny.EncodedPacketSink(track).packets(), next: undefined, add })
    const countOf = async (track: InputTrack) => (await track.computePacketStats()).packetCount
    if (video) {
      const source = new bunny.EncodedVideoPacketSource((await video.getCodec())!)
      const transformationMatrix = await video.getTransformationMatrix()
      output.addVideoTrack(source, { transformationMatrix, maximumPacketCount: await countOf(video) })
      const decoderConfig = (await video.getDecoderConfig())!
      addLane(video, (packet) => source.add(shift(packet), { decoderConfig }))
    }
    if (audio) {
      const source = new bunny.EncodedAudioPacketSource((await audio.getCodec())!)
      output.addAudioTrack(source, { maximumPacketCount: await countOf(audio) })
      const decoderConfig = (await audio.getDecoderConfig())!
      addLane(audio, (packet) => source.add(shift(packet), { decoderConfig }))
    }
    await output.start()
    const advance = async (lane: Lane) => {
      lane.next = (await lane.packets.next()).value ?? undefined
    }
    for (const lane of lanes) await advance(lane)
    // In the order of their times: the muxer keeps what has no partner yet in memory.
    for (;;) {
      const [lane] = lanes.filter(({ next }) => next).sort((one, other) => one.next!.timestamp - other.next!.timestamp)
      if (!lane?.next) break
      await lane.add(lane.next)
      await advance(lane)
    }
    await output.finalize()
  } catch (error) {
    await output.cancel().catch(() => {})
    throw error
  } finally {
    input.dispose()
  }
}
