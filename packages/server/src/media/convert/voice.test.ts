import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, describe, it } from 'node:test'
import { withConverter } from './testing/samples.ts'
import { framesOf, opusPackets, readOgg, recording, wav } from './testing/sound.ts'
import { ffmpeg, needsFfmpeg } from './testing/with-ffmpeg.ts'

const { converter, file, left, end } = await withConverter()
const full = await withConverter({ ffmpeg: 'ffmpeg' })

after(async () => {
  await end()
  await full.end()
})

const voiceType = { mimetype: 'audio/ogg; codecs=opus', kind: 'audio', extension: 'ogg', codec: 'opus' }

/** Holds a file to the form in which WhatsApp's own clients record. */
const assertVoiceForm = (bytes: Buffer, seconds: number): void => {
  const { head, tags, packets, end: granule } = readOgg(bytes)
  assert.equal(head.toString('latin1', 0, 8), 'OpusHead')
  // Version 1, one channel, pre-skip of 6.5 ms, recorded at 16 kHz, no gain, mapping 0.
  assert.equal(head.toString('hex', 8), '01013801803e0000000000')
  assert.equal(tags.toString('latin1', 0, 8), 'OpusTags')
  assert.equal(tags.toString('utf8', 12, 12 + tags.readUInt32LE(8)), 'WhatsApp')
  let frames = 0
  for (const [index, packet] of packets.entries()) {
    const first = packet[0]!
    // Frames of 20 ms of SILK or CELT for wide band; one channel.
    assert.ok([1, 5, 9, 19, 23].includes(first >> 3), `packet ${index} is of kind ${first >> 3}`)
    assert.equal(first & 4, 0)
    const lengths = framesOf(packet)
    assert.ok(lengths.every((length) => length >= 0 && length < 1276))
    assert.ok(lengths.length === 3 || index === packets.length - 1 || packets[index + 1]![0] !== first)
    frames += lengths.length
  }
  assert.equal(granule, 312 + Math.round(seconds * 48_000))
  assert.ok(frames * 960 >= granule && (frames - 1) * 960 < granule)
}

describe('prepareVoice', () => {
  it('makes the form that WhatsApp records from WAV of any rate', async () => {
    for (const [seconds, rate, channels] of [
      [3, 44_100, 2],
      [2.5, 8_000, 1],
      [1.01, 48_000, 1],
      [0.3, 16_000, 2],
    ] as const) {
      const {
        path,
        probed,
        seconds: told,
        waveform,
      } = await converter.prepareVoice(await file(wav(seconds, rate, channels)))
      assert.deepEqual(probed, { ...voiceType, seconds: Math.ceil(seconds) })
      assert.equal(told, Math.ceil(seconds))
      assertVoiceForm(await readFile(path), seconds)
      assert.equal(waveform?.length, 64)
      assert.ok(waveform.every((value) => value >= 0 && value <= 100))
      assert.equal(Math.max(...waveform), 100)
      // The tone gets louder from a fifth to nine tenths.
      assert.ok(waveform[2]! < 35 && waveform[32]! > 45 && waveform[32]! < 75)
    }
  })

  it('encodes a browser’s recording and a foreign Ogg again: one frame a packet is refused by iPhones', async () => {
    for (const container of ['webm', 'ogg'] as const) {
      const place = await file(await recording(opusPackets(2), container))
      const { path, seconds } = await converter.prepareVoice(place)
      assert.notEqual(path, place)
      assert.equal(seconds, 2)
      const { packets } = readOgg(await readFile(path))
      assert.equal(framesOf(packets[0]!).length, 3)
    }
  })

  it('leaves a file that has that form byte for byte, with the same waveform and seconds', async () => {
    const made = await converter.prepareVoice(await file(wav(2.2, 16_000)))
    const again = await converter.prepareVoice(made.path)
    assert.equal(again.path, made.path)
    assert.equal(again.seconds, 3)
    assert.equal(again.waveform?.length, 64)
    for (const [bar, value] of again.waveform.entries()) assert.ok(Math.abs(value - made.waveform![bar]!) < 12)
  })

  it('counts seconds without pre-skip, alike for packets of one frame and of three', async () => {
    const single = await file(await recording(opusPackets(3), 'ogg'))
    const asIs = await converter.prepareVoice(single, { convert: 'never' })
    const encoded = await converter.prepareVoice(single)
    assert.deepEqual([asIs.path, asIs.seconds, encoded.seconds], [single, 3, 3])
    assert.equal((await converter.probe(encoded.path)).seconds, 3)
  })

  it('draws silence as a flat line', async () => {
    const silence = wav(1, 16_000)
    silence.fill(0, 44)
    const { path, waveform } = await converter.prepareVoice(await file(silence))
    assert.deepEqual(waveform, new Uint8Array(64))
    assertVoiceForm(await readFile(path), 1)
  })

  it('refuses to leave as it is what is no Ogg/Opus', async () => {
    await assert.rejects(converter.prepareVoice(await file(wav(1, 16_000)), { convert: 'never' }), {
      code: 'media_kind_mismatch',
    })
  })

  it('refuses what is no sound, and sound that holds none', async () => {
    await assert.rejects(converter.prepareVoice(await file('words')), { code: 'media_kind_mismatch' })
    await assert.rejects(converter.prepareVoice(await file(wav(0, 16_000))), { code: 'media_unreadable' })
    const ogg = await recording(opusPackets(1), 'ogg')
    await assert.rejects(converter.prepareVoice(await file(ogg.subarray(0, 60))))
  })

  it('says what it needs for M4A when there is no ffmpeg', async () => {
    const m4a = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypM4A \0\0\0\0M4A isom')])
    await assert.rejects(
      converter.prepareVoice(await file(m4a)),
      (error: { code: string; details: { needs: string; have: string[] } }) => {
        assert.equal(error.code, 'media_conversion_unavailable')
        assert.equal(error.details.needs, 'ffmpeg')
        assert.ok(error.details.have.includes('audio/mpeg'))
        return true
      },
    )
  })

  it('leaves nothing in the spool but what it made', async () => {
    const before = await left()
    await assert.rejects(converter.prepareVoice(await file(wav(0, 16_000))))
    assert.deepEqual(await left(), before)
  })

  for (const [format, ...codec] of [
    ['mp3', '-c:a', 'libmp3lame'],
    ['flac', '-c:a', 'flac'],
    ['ogg', '-c:a', 'libvorbis'],
    ['oga', '-c:a', 'flac'],
    ['webm', '-c:a', 'libopus'],
  ] as const)
    it(
      `makes it from ${format} (${codec[1]}) without ffmpeg, and others decode what was said`,
      needsFfmpeg,
      async () => {
        const source = await file(wav(3, 44_100, 2))
        const input = `${source}.${format}`
        ffmpeg('-i', source, ...codec, input)
        const { path, seconds } = await converter.prepareVoice(input)
        assert.equal(seconds, 3)
        assertVoiceForm(await readFile(path), readOgg(await readFile(path)).end / 48_000 - 312 / 48_000)
        // The decoder of ffmpeg is not the one of libopus.
        const pcm = ffmpeg('-i', path, '-f', 's16le', '-ar', '16000', '-ac', '1', 'pipe:1')
        assert.ok(Math.abs(pcm.length / 2 / 16_000 - 3) < 0.05)
        let crossings = 0
        for (let at = 16_000; at < 32_000; at++)
          if (pcm.readInt16LE(at * 2) < 0 !== pcm.readInt16LE(at * 2 + 2) < 0) crossings += 1
        assert.ok(Math.abs(crossings - 880) < 12, `${crossings} changes of sign in a second of 440 Hz`)
      },
    )

  it('makes it from M4A and AAC with ffmpeg', needsFfmpeg, async () => {
    for (const format of ['m4a', 'aac']) {
      const source = await full.file(wav(3, 44_100))
      ffmpeg('-i', source, '-c:a', 'aac', `${source}.${format}`)
      const before = (await full.left()).length
      const { path, probed, seconds } = await full.converter.prepareVoice(`${source}.${format}`)
      assert.deepEqual(probed, { ...voiceType, seconds: 3 })
      assert.equal(seconds, 3)
      assert.equal(framesOf(readOgg(await readFile(path)).packets[0]!).length, 3)
      assert.equal((await full.left()).length, before + 1)
    }
  })
})

describe('prepareAudio', () => {
  it('leaves what phones play as it is, and says how long it is', async () => {
    const place = await file(wav(2.2, 16_000))
    const { path, probed, seconds } = await converter.prepareAudio(place)
    assert.deepEqual([path, probed.mimetype, seconds], [place, 'audio/wav', 3])
  })

  it('packs a browser’s recording into Ogg, without encoding it again', async () => {
    const packets = opusPackets(2)
    const { path, probed, seconds } = await converter.prepareAudio(await file(await recording(packets, 'webm')))
    assert.deepEqual([probed.mimetype, probed.kind, seconds], ['audio/ogg; codecs=opus', 'audio', 2])
    assert.deepEqual(
      readOgg(await readFile(path)).packets.map((packet) => packet.toString('hex')),
      packets.map((packet) => Buffer.from(packet).toString('hex')),
    )
  })

  it('makes Opus of two channels from Vorbis, without ffmpeg', needsFfmpeg, async () => {
    const source = await file(wav(3, 44_100, 2))
    ffmpeg('-i', source, '-c:a', 'libvorbis', `${source}.ogg`)
    const { path, probed, seconds } = await converter.prepareAudio(`${source}.ogg`)
    assert.deepEqual([probed.mimetype, seconds], ['audio/ogg; codecs=opus', 3])
    const { head, end: granule } = readOgg(await readFile(path))
    assert.equal(head[9], 2)
    assert.ok(Math.abs(granule - 312 - 3 * 48_000) < 2000)
    const pcm = ffmpeg('-i', path, '-f', 's16le', '-ar', '48000', 'pipe:1')
    assert.ok(Math.abs(pcm.length / 4 / 48_000 - 3) < 0.05)
    let loudest = 0
    for (let at = 0; at < pcm.length; at += 2) loudest = Math.max(loudest, Math.abs(pcm.readInt16LE(at)))
    assert.ok(loudest > 20_000)
  })

  it('calls an MP3 an MP3', needsFfmpeg, async () => {
    const source = await file(wav(3, 44_100))
    ffmpeg('-i', source, '-c:a', 'libmp3lame', '-f', 'mp3', `${source}.opus`)
    const { probed, seconds } = await converter.prepareAudio(`${source}.opus`)
    assert.deepEqual([probed.mimetype, probed.codec, seconds], ['audio/mpeg', 'mp3', 3])
  })

  it('never sends a film as sound', async () => {
    const { film } = await import('./testing/sound.ts')
    await assert.rejects(converter.prepareAudio(await file(await film({ width: 64, height: 64, seconds: 1 }))), {
      code: 'media_kind_mismatch',
    })
  })
})
