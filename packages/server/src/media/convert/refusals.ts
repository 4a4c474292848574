import { AppError } from '../../errors/app-error.ts'
import type { Probed } from './types.ts'

/** The file is readable, and of a kind that does not fit here. */
export const kindMismatch = ({ mimetype }: Probed, takes: readonly string[]): AppError =>
  new AppError('media_kind_mismatch', `The file is ${mimetype}, and must be one of ${takes.join(', ')}`, {
    details: { mimetype, takes },
  })

/** @param needs the program that would be needed @param have what can be converted without it */
export const conversionUnavailable = ({ mimetype }: Probed, needs: string, have: readonly string[]): AppError =>
  new AppError('media_conversion_unavailable', `${mimetype} can be converted only with ${needs}`, {
    details: { needs, have, mimetype },
  })

/** @param seconds of the file @param limit of what it is for */
export const tooLong = (seconds: number, limit: number): AppError =>
  new AppError('media_too_large', `This is ${seconds} seconds long; ${limit} are allowed`, {
    details: { unit: 'seconds', limit, found: seconds },
  })
