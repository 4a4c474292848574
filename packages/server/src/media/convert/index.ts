import { AppError } from '../../errors/app-error.ts'
import { prepareDocument } from './document.ts'
import { imageInputs, prepareImage, squarePhoto } from './image.ts'
import { newFileIn } from './new-file.ts'
import { probe } from './probe.ts'
import { Threads } from './threads.ts'
import type { Converter } from './types.ts'

export type * from './types.ts'

export interface ConverterOptions {
  /** Where new files are made. */
  readonly folder: string
  /** Of pictures that are sent as images. */
  readonly compressImages: boolean
  readonly webpToPng: boolean
  /** A name that is looked for in PATH, a path, or `off`. */
  readonly ffmpeg: string
}

/** Nothing is loaded and no thread runs before the first file comes. */
export const createConverter = (options: ConverterOptions): Converter => {
  const threads = new Threads()
  const newFile = newFileIn(options.folder)
  const settings = { compress: options.compressImages, webpToPng: options.webpToPng }
  const probed = (path: string, fileName?: string) => probe(threads, path, fileName)
  const notYet = async () => {
    throw new AppError('unsupported')
  }
  return {
    probe: probed,
    prepareImage: async (path, wish = {}) => prepareImage(path, await probed(path), settings, wish, newFile),
    prepareDocument: async (path, fileName) => prepareDocument(threads, path, await probed(path, fileName)),
    squarePhoto: async (path) => squarePhoto(path, await probed(path)),
    prepareSticker: notYet,
    prepareVoice: notYet,
    prepareVideo: notYet,
    prepareAudio: notYet,
    capabilities: async () => ({ ffmpeg: null, voice_inputs: [], sticker_inputs: imageInputs, video_inputs: [] }),
    close: () => threads.close(),
  }
}
