import type { Sharp, SharpOptions } from 'sharp'
import { AppError } from '../../errors/app-error.ts'
import { Gate } from '../../sessions/gate.ts'

type SharpModule = typeof import('sharp').default

/** Pixels of all frames together. A decoded pixel takes three or four bytes. */
const mostPixels = 50_000_000
/** A JPEG that is not progressive is made smaller while it is decoded, and is never in memory whole. */
const mostPixelsOfBaseline = 120_000_000
const longestSeconds = 60

/** Only these formats are decoded: each decoder is open to everybody who sends a file (SVG, PDF, TIFF and HEIF are on by default). */
const decoders = ['Jpeg', 'Png', 'Webp', 'Nsgif']

let loading: Promise<SharpModule> | undefined

/** Loaded when the first picture comes: it takes 15 MB. */
const load = (): Promise<SharpModule> => {
  loading ??= import('sharp').then(({ default: sharp }) => {
    sharp.cache(false)
    sharp.concurrency(1)
    sharp.block({ operation: ['VipsForeignLoad'] })
    sharp.unblock({ operation: decoders.map((name) => `VipsForeignLoad${name}`) })
    return sharp
  })
  return loading
}

/** Two at once: sharp works on threads that file system calls need too. */
const gate = new Gate(2)

export type OpenPicture = (input: string | Buffer, options?: SharpOptions) => Sharp

/** Works on pictures off the main thread, bounded in number, pixels and time. @throws AppError media_unreadable when a decoder or the work fails */
export const withPictures = async <Result>(work: (open: OpenPicture) => Promise<Result>): Promise<Result> => {
  const sharp = await load()
  const leave = await gate.enter()
  try {
    return await work((input, options) =>
      sharp(input, {
        failOn: 'error',
        limitInputPixels: mostPixelsOfBaseline,
        sequentialRead: true,
        ...options,
      }).timeout({ seconds: longestSeconds }),
    )
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('media_unreadable', 'The picture cannot be decoded', { cause: error })
  } finally {
    leave()
  }
}

export interface PictureFacts {
  readonly format: 'jpeg' | 'png' | 'webp' | 'gif'
  /** As a person sees it. */
  readonly width: number
  readonly height: number
  readonly frames: number
  /** Milliseconds that each frame is shown, of an animation. */
  readonly delays: readonly number[]
  /** Nothing has to be done to it before others may see it: upright, in a colour space that screens have, no place, camera or history of editing. */
  readonly clean: boolean
  readonly hasAlpha: boolean
  readonly pixels: number
  readonly mostPixels: number
}

/** Reads the header alone, also of a picture that is too large to be decoded. @throws AppError media_unreadable */
export const readPictureFacts = (path: string): Promise<PictureFacts> =>
  withPictures(async (open) => {
    const found = await open(path, { limitInputPixels: false }).metadata()
    const { format, pages = 1, delay = [], isProgressive, orientation = 1, space, hasAlpha } = found
    const { width, height } = found.autoOrient
    const told = found.exif ?? found.iptc ?? found.xmp ?? found.tifftagPhotoshop ?? found.comments?.[0]
    return {
      format: format as PictureFacts['format'],
      width,
      height,
      frames: pages,
      delays: delay,
      clean: orientation === 1 && (space === 'srgb' || space === 'b-w') && told === undefined,
      hasAlpha,
      pixels: width * height * pages,
      mostPixels: format === 'jpeg' && !isProgressive ? mostPixelsOfBaseline : mostPixels,
    }
  })

/** @throws AppError media_too_large, before anything is decoded */
export const boundPixels = ({ pixels, mostPixels: limit }: PictureFacts): void => {
  if (pixels > limit)
    throw new AppError('media_too_large', `The picture has ${pixels} pixels; ${limit} are allowed`, {
      details: { unit: 'pixels', limit, found: pixels },
    })
}
