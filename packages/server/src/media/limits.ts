import { AppError } from '../errors/app-error.ts'

/** What a file is for. */
export type MediaKind = 'image' | 'video' | 'audio' | 'sticker' | 'document'

/** The largest file of each kind that is taken, bytes. */
export type MediaLimits = Readonly<Record<MediaKind, number>>

export const tooLarge = (kind: MediaKind, limits: MediaLimits): AppError => {
  const limit = limits[kind]
  return new AppError('media_too_large', `A file for ${kind} has at most ${limit / 1024 / 1024} MiB`, {
    details: { kind, limit, unit: 'bytes' },
  })
}
