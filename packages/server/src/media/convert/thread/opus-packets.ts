/** Durations of a frame by the upper five bits of a packet's first byte, in ms (RFC 6716 §3.1, table 2). */
const frameMs = (config: number): number => {
  if (config < 12) return [10, 20, 40, 60][config % 4]!
  if (config < 16) return [10, 20][config % 2]!
  return [2.5, 5, 10, 20][config % 4]!
}

export interface PacketFacts {
  readonly frameMs: number
  readonly frames: number
  readonly stereo: boolean
}

/** What a packet holds, by its first bytes (RFC 6716 §3.1). Undefined when it is none. */
export const packetFacts = (packet: Uint8Array): PacketFacts | undefined => {
  const [first, second] = packet
  if (first === undefined) return undefined
  const code = first & 3
  const frames = code === 0 ? 1 : code < 3 ? 2 : (second ?? 0) & 0x3f
  return frames === 0 ? undefined : { frameMs: frameMs(first >> 3), frames, stereo: (first & 4) !== 0 }
}

/** Lengths take one byte up to 251, two beyond (RFC 6716 §3.2.1). */
const lengthBytes = (length: number): number[] => {
  if (length < 252) return [length]
  const low = 252 + (length & 3)
  return [low, (length - low) >> 2]
}

/** One packet of code 3, of different lengths, from packets of one frame each (RFC 6716 §3.2.5). They must have the same first byte. */
export const joinFrames = (packets: readonly Uint8Array[]): Uint8Array => {
  const frames = packets.map((packet) => packet.subarray(1))
  const lengths = frames.slice(0, -1).flatMap((frame) => lengthBytes(frame.length))
  return Buffer.concat([Buffer.from([packets[0]![0]! | 3, 0x80 | frames.length, ...lengths]), ...frames])
}
