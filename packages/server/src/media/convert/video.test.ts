import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { after, describe, it } from 'node:test'
import sharp from 'sharp'
import { until } from '../../testing/until.ts'
import { animation, withConverter } from './testing/samples.ts'
import { film } from './testing/sound.ts'
import { ffmpeg, needsFfmpeg } from './testing/with-ffmpeg.ts'

const without = await withConverter()
const { converter, file, left, end } = await withConverter({ ffmpeg: 'ffmpeg' })

after(async () => {
  await end()
  await without.end()
})

const source = ['-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=15:duration=2']
const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=2', '-shortest']
const h264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac']

const made = async (name: string, ...given: string[]): Promise<string> => {
  const place = `${await file('')}.${name}`
  ffmpeg(...given, place)
  return place
}

/** A program that says it is ffmpeg, and does something else. */
const program = async (script: string): Promise<string> => {
  const place = `${await file('')}.sh`
  await writeFile(
    place,
    `#!/bin/sh\nif [ "$1" = -version ]; then echo "ffmpeg version 9.9-test"; exit 0; fi\n${script}\n`,
  )
  await chmod(place, 0o755)
  return place
}

/** Names of the boxes of an MP4 in their order. */
const boxes = (mp4: Buffer): string[] => {
  const names: string[] = []
  for (let at = 0; at < mp4.length; ) {
    names.push(mp4.toString('latin1', at + 4, at + 8))
    const short = mp4.readUInt32BE(at)
    at += short === 1 ? Number(mp4.readBigUInt64BE(at + 8)) : short
  }
  return names
}

/** Pixels of the first picture, decoded by ffmpeg. */
const decodes = (path: string): number => ffmpeg('-i', path, '-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1').length

describe('prepareVideo', () => {
  it(
    'packs H.264 and AAC anew without ffmpeg: the index first, and nothing that names the place',
    needsFfmpeg,
    async () => {
      for (const format of ['mkv', 'mov', 'ts', 'mp4']) {
        const place = await made(format, ...source, ...sound, ...h264, '-metadata', 'location=+52.5+013.4/')
        const { path, probed, seconds, thumbnail } = await without.converter.prepareVideo(place)
        assert.notEqual(path, place)
        assert.deepEqual(
          [probed.mimetype, probed.codec, probed.width, probed.height, probed.hasAudio, seconds, thumbnail],
          ['video/mp4', 'avc', 320, 240, true, 2, undefined],
        )
        const mp4 = await readFile(path)
        assert.deepEqual(
          boxes(mp4).filter((name) => name !== 'free'),
          ['ftyp', 'moov', 'mdat'],
        )
        assert.equal(mp4.includes('+52.5'), false)
        // Thirty pictures, whole.
        assert.equal(decodes(path), 320 * 240 * 30)
      }
    },
  )

  it('leaves a clean MP4 byte for byte, with a preview where there is ffmpeg', needsFfmpeg, async () => {
    const place = await made('mp4', ...source, ...sound, ...h264, '-movflags', '+faststart')
    const { path, thumbnail } = await converter.prepareVideo(place)
    assert.equal(path, place)
    assert.deepEqual([thumbnail?.width, thumbnail?.height], [100, 75])
    assert.equal((await sharp(thumbnail!.jpeg).metadata()).format, 'jpeg')
  })

  it('keeps a film that was filmed upright upright', needsFfmpeg, async () => {
    const flat = await made('mp4', ...source, ...h264)
    const place = await made('mp4', '-i', flat, '-c', 'copy', '-metadata:s:v', 'rotate=90')
    const { probed, thumbnail } = await converter.prepareVideo(place)
    assert.deepEqual([probed.width, probed.height], [240, 320])
    assert.deepEqual([thumbnail?.width, thumbnail?.height], [75, 100])
  })

  it('encodes what phones do not play', needsFfmpeg, async () => {
    const webm = await made('webm', ...source, ...sound, '-c:v', 'libvpx', '-c:a', 'libopus')
    const deep = await made('mp4', ...source, '-c:v', 'libx264', '-pix_fmt', 'yuv444p')
    const odd = await made('avi', '-f', 'lavfi', '-i', 'testsrc=size=321x241:rate=10:duration=1', '-c:v', 'mpeg4')
    for (const place of [webm, deep, odd]) {
      const { path, probed } = await converter.prepareVideo(place)
      assert.deepEqual([probed.mimetype, probed.codec], ['video/mp4', 'avc'])
      assert.ok(decodes(path) > 0)
      assert.deepEqual(boxes(await readFile(path)).slice(0, 2), ['ftyp', 'moov'])
    }
  })

  it('makes a GIF a silent MP4', needsFfmpeg, async () => {
    const gif = await animation({ width: 101, height: 61, delays: [100, 100, 200, 300] }, 'gif')
    const { probed } = await converter.prepareVideo(await file(gif), { gif: true })
    assert.deepEqual(probed, {
      mimetype: 'video/mp4',
      kind: 'video',
      extension: 'mp4',
      width: 100,
      height: 60,
      seconds: 1,
      codec: 'avc',
      hasAudio: false,
    })
    const place = await made('mp4', ...source, ...sound, ...h264, '-movflags', '+faststart')
    assert.equal((await converter.prepareVideo(place, { gif: true })).probed.hasAudio, false)
  })

  it('cuts a video note to a square, and refuses one of more than a minute', needsFfmpeg, async () => {
    const place = await made('mp4', ...source, ...sound, ...h264)
    const { probed } = await converter.prepareVideo(place, { ptv: true })
    assert.deepEqual([probed.width, probed.height], [240, 240])
    await assert.rejects(
      converter.prepareVideo(await file(await film({ width: 64, height: 64, seconds: 61 })), { ptv: true }),
      {
        code: 'media_too_large',
        details: { unit: 'seconds', limit: 60, found: 61 },
      },
    )
  })

  it('says what it needs when there is no ffmpeg, and sends nothing that phones do not play', async () => {
    const before = await without.left()
    const needs = (error: { code: string; details: { needs: string; have: string[] } }) => {
      assert.equal(error.code, 'media_conversion_unavailable')
      assert.equal(error.details.needs, 'ffmpeg')
      assert.ok(error.details.have.includes('video/mp4'))
      return true
    }
    await assert.rejects(
      without.converter.prepareVideo(await without.file(await film({ width: 64, height: 64, seconds: 1 }))),
      needs,
    )
    const gif = await animation({ width: 20, height: 20, delays: [100, 100] }, 'gif')
    await assert.rejects(without.converter.prepareVideo(await without.file(gif), { gif: true }), needs)
    assert.deepEqual(await without.left(), before)
  })

  it('refuses what is no film', async () => {
    await assert.rejects(converter.prepareVideo(await file('words')), { code: 'media_kind_mismatch' })
  })

  it('refuses pictures that nobody can decode, and leaves nothing behind', needsFfmpeg, async () => {
    const before = await left()
    await assert.rejects(converter.prepareVideo(await file(await film({ width: 64, height: 64, seconds: 1 }))), {
      code: 'media_unreadable',
    })
    assert.deepEqual(await left(), before)
  })

  it('reads no playlist: a list of other files is a text', needsFfmpeg, async () => {
    const secret = await file('secret words')
    for (const list of [`#EXTM3U\n#EXTINF:1,\nfile://${secret}\n`, `ffconcat version 1.0\nfile '${secret}'\n`])
      await assert.rejects(converter.prepareVideo(await file(list)), { code: 'media_kind_mismatch' })
  })

  it('ends a program that takes too long', async () => {
    const hurried = await withConverter({ ffmpeg: await program('exec sleep 60'), ffmpegLimitMs: 200 })
    const place = await hurried.file(await film({ width: 64, height: 64, seconds: 1 }))
    await assert.rejects(hurried.converter.prepareVideo(place), {
      code: 'media_unreadable',
      message: /longer than 0.2 s/,
    })
    assert.deepEqual(await hurried.left(), [])
    await hurried.end()
  })

  it('does not blame the file for a full disk', async () => {
    const full = await withConverter({ ffmpeg: await program('echo "frame: No space left on device" >&2; exit 1') })
    const place = await full.file(await film({ width: 64, height: 64, seconds: 1 }))
    await assert.rejects(full.converter.prepareVideo(place), { code: 'not_ready', retryAfterSeconds: 30 })
    assert.deepEqual(await full.left(), [])
    await full.end()
  })

  it('ends what runs when the gateway ends', async () => {
    const begun = `${await file('')}.begun`
    const slow = await withConverter({ ffmpeg: await program(`echo > ${begun}; exec sleep 60`) })
    const refused = assert.rejects(
      slow.converter.prepareVideo(await slow.file(await film({ width: 64, height: 64, seconds: 1 }))),
    )
    await until('the program runs', async () => (await readFile(begun).catch(() => '')).length > 0)
    await slow.converter.close()
    await refused
    await slow.end()
  })

  it('gives the program no environment, a forced format and bounds', async () => {
    const told = `${await file('')}.told`
    const watched = await withConverter({ ffmpeg: await program(`{ env; echo "$@"; ulimit -v; } > ${told}; exit 1`) })
    assert.equal((await watched.converter.capabilities()).ffmpeg, '9.9')
    const place = await watched.file(await film({ width: 64, height: 64, seconds: 1 }))
    await assert.rejects(watched.converter.prepareVideo(place), { code: 'media_unreadable' })
    const seen = await readFile(told, 'utf8')
    assert.doesNotMatch(seen, /HOME|SWITCHBOARD|SECRET|NODE/)
    assert.match(seen, /-nostdin .*-protocol_whitelist file,pipe -f matroska -i file:/)
    if (existsSync('/usr/bin/prlimit')) assert.match(seen, /\n\d+\n$/)
    await watched.end()
  })
})

describe('capabilities', () => {
  it('tells what can be made of what, with ffmpeg and without', async () => {
    const { ffmpeg: none, video_inputs: few } = await without.converter.capabilities()
    assert.equal(none, null)
    assert.equal(few.includes('video/webm'), false)
    const { ffmpeg: version, video_inputs: many } = await converter.capabilities()
    assert.equal(many.includes('video/webm'), version !== null)
  })
})
