import { stat } from 'node:fs/promises'
import { makeThumbnail } from './image.ts'
import { boundPixels, readPictureFacts, withPictures } from './pictures.ts'
import type { Threads } from './threads.ts'
import type { Prepared, Probed, Thumbnail } from './types.ts'

/** A larger PDF goes out without a preview: it would be in memory whole. */
const largestPdfBytes = 64 * 1024 * 1024
const longestPdfMs = 15_000

const ofPdf = async (threads: Threads, path: string): Promise<{ pages?: number; thumbnail?: Thumbnail }> => {
  if ((await stat(path)).size > largestPdfBytes) return {}
  const { pages, first } = await threads.run('readPdf', longestPdfMs, path)
  if (!first) return { pages }
  const { rgba, width, height } = first
  const raw = { width, height, channels: 4 } as const
  const png = await withPictures((open) => open(Buffer.from(rgba), { raw }).png().toBuffer())
  return { pages, thumbnail: await withPictures((open) => makeThumbnail(open, png)) }
}

const ofPicture = async (path: string): Promise<{ thumbnail: Thumbnail }> => {
  boundPixels(await readPictureFacts(path))
  return { thumbnail: await withPictures((open) => makeThumbnail(open, path)) }
}

/** The file as it is. Preview and pages are there when they can be had: a locked PDF and a broken picture are documents too. */
export const prepareDocument = async (threads: Threads, path: string, probed: Probed): Promise<Prepared> => {
  if (probed.mimetype === 'application/pdf') {
    const { pages, thumbnail } = await ofPdf(threads, path).catch(() => ({}) as Awaited<ReturnType<typeof ofPdf>>)
    return { path, probed: { ...probed, ...(pages && { pages }) }, ...(thumbnail && { thumbnail }) }
  }
  const shown = probed.width !== undefined && probed.kind === 'image'
  return { path, probed, ...(shown && (await ofPicture(path).catch(() => ({})))) }
}
