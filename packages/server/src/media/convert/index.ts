import { prepareDocument } from './document.ts'
import { Ffmpeg } from './ffmpeg.ts'
import { prepareImage, previewPicture, squarePhoto } from './image.ts'
import { newFileIn, scratchIn } from './new-file.ts'
import { probe } from './probe.ts'
import { prepareAudio, prepareVoice, voiceInputs, voiceInputsWithFfmpeg } from './sound.ts'
import { prepareSticker, stickerInputs, stickerInputsWithFfmpeg } from './sticker.ts'
import { Threads } from './threads.ts'
import type { Converter } from './types.ts'
import { prepareVideo, videoInputs, videoInputsWithFfmpeg } from './video.ts'

export type * from './types.ts'

export interface ConverterOptions {
  /** Where new files are made. */
  readonly folder: string
  /** Of pictures that are sent as images. */
  readonly compressImages: boolean
  readonly webpToPng: boolean
  /** A name that is looked for in PATH, a path, or `off`. */
  readonly ffmpeg: string
  /** For how long one run of it may take. */
  readonly ffmpegLimitMs: number
}

/** Nothing is loaded and no thread runs before the first file comes. */
export const createConverter = (options: ConverterOptions): Converter => {
  const { folder, compressImages: compress, webpToPng } = options
  const [newFile, scratch, threads] = [newFileIn(folder), scratchIn(folder), new Threads()]
  const ffmpeg = new Ffmpeg({ program: options.ffmpeg, limitMs: options.ffmpegLimitMs, scratch })
  const tools = { threads, ffmpeg, newFile, scratch }
  const probed = (path: string, fileName?: string) => probe(threads, path, fileName)
  return {
    probe: probed,
    prepareImage: async (path, wish = {}) =>
      prepareImage(path, await probed(path), { compress, webpToPng }, wish, newFile),
    prepareSticker: async (path, wish = {}) => prepareSticker(path, await probed(path), wish, tools),
    prepareVoice: async (path, wish = {}) => prepareVoice(path, await probed(path), wish, tools),
    prepareVideo: async (path, wish = {}) => prepareVideo(path, await probed(path), wish, tools),
    prepareAudio: async (path) => prepareAudio(path, await probed(path), tools),
    prepareDocument: async (path, fileName) => prepareDocument(threads, path, await probed(path, fileName)),
    squarePhoto: async (path) => squarePhoto(path, await probed(path)),
    previewPicture: async (path) => previewPicture(path, await probed(path)),
    async capabilities() {
      const version = await ffmpeg.version()
      const and = (own: readonly string[], others: readonly string[]) => [...own, ...(version ? others : [])]
      return {
        ffmpeg: version,
        voice_inputs: and(voiceInputs, voiceInputsWithFfmpeg),
        sticker_inputs: and(stickerInputs, stickerInputsWithFfmpeg),
        video_inputs: and(videoInputs, videoInputsWithFfmpeg),
      }
    },
    async close() {
      ffmpeg.close()
      await threads.close()
    },
  }
}
