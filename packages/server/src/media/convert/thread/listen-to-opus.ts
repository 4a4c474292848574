import { decodeOpus } from './decode-sound.ts'
import type { Encoded } from './encode-opus.ts'
import { packetFacts } from './opus-packets.ts'
import { Waveform } from './waveform.ts'

/** Listens to an Opus file without changing it. `right`: in the form that every phone plays, which is one channel and packets of several frames of 20 ms. */
export const listenToOpus = async (path: string): Promise<Encoded & { readonly right: boolean }> => {
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
  return { right, seconds: samples / 16_000, waveform: waveform.bars() }
}
