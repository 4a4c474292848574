import { createHash } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import type { WebpOptions } from 'sharp'
import { AppError } from '../../errors/app-error.ts'
import { imageInputs, pictureFacts } from './image.ts'
import { type OpenPicture, type PictureFacts, withPictures } from './pictures.ts'
import { conversionUnavailable, tooLong } from './refusals.ts'
import type { Tools } from './tools.ts'
import type { Prepared, Probed, StickerWish } from './types.ts'
import { firstFrameLengthOf, type PackTag, packTagOf, withPackTag } from './webp.ts'

/** Guides for makers of stickers (github.com/WhatsApp/stickers, "Sticker art requirements"): 512 × 512, 100 KB, animated 500 KB and ten seconds, no frame shorter than 8 ms. */
const edge = 512
const mostBytes = { still: 100 * 1024, animated: 500 * 1024 }
const longestMs = 10_000
const shortestFrameMs = 8
/** Browsers show a frame that says less for so long: most makers of GIFs mean that by 0. */
const unsaidMs = 100

const qualities = [80, 65, 50, 35, 20]
const qualityOfThinned = 30
/** Of every so many frames one is left, when quality alone does not help. */
const thinnings = [2, 3, 4]
/** Decoded, a frame takes 1 MB. */
const mostFramesToThin = 240

export const stickerInputs = imageInputs
export const stickerInputsWithFfmpeg = ['video/mp4', 'video/quicktime', 'video/webm', 'video/x-matroska', 'video/3gpp']

const tagOf = ({ pack, author, emojis }: StickerWish): PackTag | undefined =>
  pack === undefined && author === undefined && emojis === undefined
    ? undefined
    : {
        // Stickers of one pack and author belong together on the phone.
        'sticker-pack-id': createHash('sha256')
          .update(JSON.stringify([pack, author]))
          .digest('hex')
          .slice(0, 32),
        'sticker-pack-name': pack ?? '',
        'sticker-pack-publisher': author ?? '',
        emojis: emojis ?? [],
      }

const delaysOf = ({ delays, frames }: PictureFacts): number[] =>
  Array.from({ length: frames }, (_, index) => {
    const ms = delays[index] ?? 0
    return ms <= 0 ? unsaidMs : Math.max(shortestFrameMs, ms)
  })

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

/** A file that may leave byte for byte. An animation that is smaller than a sticker is shown as it is; encoding it again would only make it worse. */
const isRight = (facts: PictureFacts, bytes: number): boolean => {
  const { format, width, height, frames, delays } = facts
  if (format !== 'webp') return false
  if (frames === 1) return width === edge && height === edge && bytes <= mostBytes.still
  const fits = width <= edge && height <= edge && bytes <= mostBytes.animated
  return fits && delays.every((ms) => ms >= shortestFrameMs)
}

const box = { width: edge, height: edge, fit: 'contain', background: { r: 0, g: 0, b: 0, alpha: 0 } } as const

/** The best quality at which the sticker is small enough; the last try when there is none. */
const smallest = async (limit: number, encode: (quality: number) => Promise<Buffer>): Promise<Buffer> => {
  let made: Buffer | undefined
  // Far too large: the next step down would be a wasted try.
  for (let step = 0; step < qualities.length; step += made && made.length > 2 * limit ? 2 : 1) {
    made = await encode(qualities[step]!)
    if (made.length <= limit) break
  }
  return made!
}

const still = (open: OpenPicture, path: string): Promise<Buffer> =>
  smallest(mostBytes.still, (quality) => open(path).autoOrient().resize(box).webp({ quality }).toBuffer())

/** Leaves out frames; what is left is shown for as long as those that went. */
const thinned = (frames: Buffer, delays: readonly number[], every: number): { frames: Buffer; delays: number[] } => {
  const size = frames.length / delays.length
  const kept = delays.flatMap((_, index) => (index % every === 0 ? [index] : []))
  return {
    frames: Buffer.concat(kept.map((index) => frames.subarray(index * size, (index + 1) * size))),
    delays: kept.map((index) => sum(delays.slice(index, index + every))),
  }
}

const moving = async (open: OpenPicture, path: string, facts: PictureFacts): Promise<Buffer> => {
  const delays = delaysOf(facts)
  const options = (quality: number): WebpOptions => ({ quality, loop: 0 })
  const first = await smallest(mostBytes.animated, (quality) =>
    open(path, { animated: true })
      .resize(box)
      .webp({ ...options(quality), delay: delays })
      .toBuffer(),
  )
  if (first.length <= mostBytes.animated || facts.frames > mostFramesToThin) return first
  const all = await open(path, { animated: true }).resize(box).ensureAlpha().raw().toBuffer()
  let made = first
  for (const every of thinnings) {
    const { frames, delays: longer } = thinned(all, delays, every)
    const raw = { width: edge, height: edge * longer.length, channels: 4, pageHeight: edge } as const
    made = await open(frames, { raw, animated: true })
      .webp({ ...options(qualityOfThinned), delay: longer })
      .toBuffer()
    if (made.length <= mostBytes.animated) break
  }
  return made
}

const boundSticker = (bytes: number, animated: boolean): void => {
  const limit = animated ? mostBytes.animated : mostBytes.still
  if (bytes > limit)
    throw new AppError(
      'media_too_large',
      `The sticker has ${bytes} bytes at the lowest quality; ${limit} are allowed`,
      {
        details: { unit: 'bytes', limit, found: bytes },
      },
    )
}

const describe = (webp: Buffer, { width, height, frames }: Pick<PictureFacts, 'width' | 'height' | 'frames'>) => ({
  probed: {
    mimetype: 'image/webp',
    kind: 'image',
    extension: 'webp',
    width,
    height,
    ...(frames > 1 && { animated: true }),
  } satisfies Probed,
  ...(frames > 1 && { firstFrameLength: firstFrameLengthOf(webp)! }),
})

/** Pictures by themselves; films where there is an ffmpeg. A WebP that is a sticker already leaves byte for byte, unless it gets a pack.
 *  @throws AppError media_unreadable, media_kind_mismatch, media_too_large, media_conversion_unavailable */
export const prepareSticker = async (
  path: string,
  probed: Probed,
  wish: StickerWish,
  { newFile, ffmpeg }: Pick<Tools, 'newFile' | 'ffmpeg'>,
): Promise<Prepared> => {
  const tag = tagOf(wish)
  const write = (webp: Buffer, facts: Pick<PictureFacts, 'width' | 'height' | 'frames'>, pack?: Partial<PackTag>) =>
    newFile(async (to): Promise<Prepared> => {
      const tagged = pack ? withPackTag(webp, facts, pack) : webp
      await writeFile(to, tagged)
      return { path: to, ...describe(tagged, facts) }
    })

  if (stickerInputsWithFfmpeg.includes(probed.mimetype)) {
    if (!(await ffmpeg.version())) throw conversionUnavailable(probed, 'ffmpeg', stickerInputs)
    if ((probed.seconds ?? 0) > longestMs / 1000) throw tooLong(probed.seconds!, longestMs / 1000)
    const webp = await ffmpeg.toSticker(path, probed, mostBytes.animated)
    boundSticker(webp.length, true)
    return write(webp, { width: edge, height: edge, frames: 2 }, tag)
  }
  const facts = await pictureFacts(path, probed)
  const animated = facts.frames > 1
  if (animated && sum(delaysOf(facts)) > longestMs)
    throw tooLong(Math.ceil(sum(delaysOf(facts)) / 1000), longestMs / 1000)
  if (isRight(facts, (await stat(path)).size)) {
    // Decodes all of it: what is cut off ends here.
    await withPictures((open) => open(path, { animated: true }).stats())
    const bytes = await readFile(path)
    return tag ? write(bytes, facts, tag) : { path, ...describe(bytes, facts) }
  }
  const source = facts.format === 'webp' ? packTagOf(await readFile(path)) : undefined
  const made = await withPictures((open) => (animated ? moving(open, path, facts) : still(open, path)))
  boundSticker(made.length, animated)
  return write(made, { width: edge, height: edge, frames: facts.frames }, tag ?? source)
}
