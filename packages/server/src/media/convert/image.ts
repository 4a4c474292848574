import type { Sharp } from 'sharp'
import { AppError } from '../../errors/app-error.ts'
import type { NewFile } from './new-file.ts'
import { boundPixels, type OpenPicture, type PictureFacts, readPictureFacts, withPictures } from './pictures.ts'
import { kindMismatch } from './refusals.ts'
import type { ImageWish, Prepared, PreviewPicture, Probed, SquarePhoto, Thumbnail } from './types.ts'

/** What WhatsApp's own clients send in standard quality. */
const usualEdge = 1600
/** Of WHATSAPP_MEDIA_IMAGE_COMPRESSION. */
const compressedWidth = 1024
const quality = 80
const thumbnailEdge = 100
const thumbnailQuality = 50

export const imageInputs = ['image/jpeg', 'image/png', 'image/webp', 'image/gif']

export interface ImageSettings {
  readonly compress: boolean
  readonly webpToPng: boolean
}

const onWhite = (picture: Sharp): Sharp => picture.flatten({ background: '#ffffff' })

/** A JPEG of the first frame, no larger than that. */
const smallJpeg = async (
  open: OpenPicture,
  input: string | Buffer,
  bounds: { edge: number; quality: number },
): Promise<Thumbnail> => {
  const box = { width: bounds.edge, height: bounds.edge, fit: 'inside', withoutEnlargement: true } as const
  const { data, info } = await onWhite(open(input).autoOrient().resize(box))
    .jpeg({ quality: bounds.quality })
    .toBuffer({ resolveWithObject: true })
  return { jpeg: data, width: info.width, height: info.height }
}

/** A JPEG as small as phones show it before the file comes. */
export const makeThumbnail = (open: OpenPicture, input: string | Buffer): Promise<Thumbnail> =>
  smallJpeg(open, input, { edge: thumbnailEdge, quality: thumbnailQuality })

/** The header of a picture that can be decoded. @throws AppError media_unreadable, media_kind_mismatch, media_too_large */
export const pictureFacts = async (path: string, probed: Probed): Promise<PictureFacts> => {
  if (!imageInputs.includes(probed.mimetype)) throw kindMismatch(probed, imageInputs)
  const facts = await readPictureFacts(path)
  boundPixels(facts)
  return facts
}

/** The form in which the picture leaves, or undefined when its bytes may leave as they are. */
const targetOf = (facts: PictureFacts, compress: boolean, webpToPng: boolean): 'jpeg' | 'png' | 'webp' | undefined => {
  const { format, clean, width, height } = facts
  if (format === 'webp' && webpToPng) return 'png'
  const fits = compress ? width <= compressedWidth : Math.max(width, height) <= usualEdge
  // A picture of few colours gets larger as JPEG, but WhatsApp's clients send nothing else, and phones put black under what is transparent.
  if (format === 'gif' || (compress && format === 'png')) return 'jpeg'
  return clean && fits && !(compress && format === 'jpeg') ? undefined : format
}

const encodeAs = (picture: Sharp, target: 'jpeg' | 'png' | 'webp'): Sharp => {
  if (target === 'png') return picture.png()
  return target === 'webp' ? picture.webp({ quality }) : onWhite(picture).jpeg({ quality })
}

/** @throws AppError media_unreadable, media_kind_mismatch, media_too_large */
export const prepareImage = async (
  path: string,
  probed: Probed,
  settings: ImageSettings,
  wish: ImageWish,
  newFile: NewFile,
): Promise<Prepared> => {
  const facts = await pictureFacts(path, probed)
  if (facts.frames > 1)
    throw new AppError(
      'media_kind_mismatch',
      'An animated picture goes out as a GIF video or as a sticker: as an image it would stand still',
      { details: { mimetype: probed.mimetype, takes: imageInputs } },
    )
  const compress = wish.compress ?? settings.compress
  const target = targetOf(facts, compress, settings.webpToPng)
  const bounds = compress
    ? { width: compressedWidth, withoutEnlargement: true }
    : { width: usualEdge, height: usualEdge, fit: 'inside' as const, withoutEnlargement: true }
  return withPictures(async (open) => {
    // Decodes all of it: a truncated picture ends here, also one that leaves as it is.
    if (!target) {
      await open(path).stats()
      return { path, probed, thumbnail: await makeThumbnail(open, path) }
    }
    return newFile(async (to) => {
      const { width, height } = await encodeAs(open(path).autoOrient().resize(bounds), target).toFile(to)
      return {
        path: to,
        probed: {
          mimetype: `image/${target}`,
          kind: 'image',
          extension: target === 'jpeg' ? 'jpg' : target,
          width,
          height,
        },
        thumbnail: await makeThumbnail(open, to),
      }
    })
  })
}

/** The middle of a picture, for profiles, groups and channels. @throws AppError media_unreadable, media_kind_mismatch, media_too_large */
export const squarePhoto = async (path: string, probed: Probed): Promise<SquarePhoto> => {
  await pictureFacts(path, probed)
  return withPictures(async (open) => {
    const cut = (edge: number) =>
      onWhite(open(path).autoOrient().resize({ width: edge, height: edge, fit: 'cover' }))
        .jpeg({ quality })
        .toBuffer()
    return { jpeg: await cut(640), preview: await cut(96) }
  })
}

const previewEdge = 1200

/** Picture of a link preview, small and large. @throws AppError media_unreadable, media_kind_mismatch, media_too_large */
export const previewPicture = async (path: string, probed: Probed): Promise<PreviewPicture> => {
  await pictureFacts(path, probed)
  return withPictures(async (open) => {
    const large = await smallJpeg(open, path, { edge: previewEdge, quality })
    return { ...large, thumbnail: await makeThumbnail(open, path) }
  })
}
