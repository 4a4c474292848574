#!/usr/bin/env bash
# ogg-opus-decoder on a chained Ogg file (two recordings one behind the other, each a stream of its own, as RFC 3533 allows): it gives out
# half as much again as there is.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit --ignore-scripts ogg-opus-decoder@1.7.5 opusscript@0.1.1
cat > run.mjs <<'JS'
import assert from 'node:assert/strict'
import { OggOpusDecoder } from 'ogg-opus-decoder'
import OpusScript from 'opusscript'

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1
  return value >>> 0
})
const checksum = (bytes) => bytes.reduce((sum, byte) => ((sum << 8) ^ table[((sum >>> 24) ^ byte) & 255]) >>> 0, 0)

const page = (serial, number, flags, granule, packets) => {
  const lacing = packets.flatMap(({ length }) => [...Array(Math.floor(length / 255)).fill(255), length % 255])
  const head = Buffer.alloc(27)
  head.write('OggS')
  head[5] = flags
  head.writeBigInt64LE(BigInt(granule), 6)
  head.writeUInt32LE(serial, 14)
  head.writeUInt32LE(number, 18)
  head[26] = lacing.length
  const bytes = Buffer.concat([head, Buffer.from(lacing), ...packets])
  bytes.writeUInt32LE(checksum(bytes), 22)
  return bytes
}

/** 3 s of a tone: 150 packets of 20 ms, pre-skip 312. */
const recording = (serial, hertz) => {
  const encoder = new OpusScript(16000, 1, OpusScript.Application.VOIP)
  const packets = Array.from({ length: 150 }, (_, frame) => {
    const pcm = Buffer.alloc(640)
    for (let at = 0; at < 320; at++) pcm.writeInt16LE(Math.round(8000 * Math.sin(((frame * 320 + at) / 16000) * 2 * Math.PI * hertz)), at * 2)
    return Buffer.from(encoder.encode(pcm, 320))
  })
  encoder.delete()
  const head = Buffer.alloc(19)
  head.write('OpusHead\x01\x01', 'latin1')
  head.writeUInt16LE(312, 10)
  head.writeUInt32LE(16000, 12)
  const tags = Buffer.concat([Buffer.from('OpusTags\x04\0\0\0test\0\0\0\0', 'latin1')])
  const pages = [0, 50, 100].map((from, index) =>
    page(serial, index + 2, index === 2 ? 4 : 0, (from + 50) * 960, packets.slice(from, from + 50)),
  )
  return Buffer.concat([page(serial, 0, 2, 0, [head]), page(serial, 1, 0, 0, [tags]), ...pages])
}

const samples = async (bytes) => {
  const decoder = new OggOpusDecoder()
  await decoder.ready
  const { samplesDecoded, errors } = await decoder.decodeFile(new Uint8Array(bytes))
  return { samples: samplesDecoded, errors: errors.length }
}

const [one, other] = [recording(1, 440), recording(2, 880)]
const seen = { one: await samples(one), other: await samples(other), chained: await samples(Buffer.concat([one, other])) }
console.log('ogg-opus-decoder 1.7.5, samples at 48 kHz', seen)
assert.equal(seen.one.samples, 143688)
assert.equal(seen.other.samples, 143688)
assert.equal(seen.chained.errors, 0)
assert.equal(seen.chained.samples, 3 * 143688)
JS
node run.mjs
