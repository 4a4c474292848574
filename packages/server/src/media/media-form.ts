import type { MediaContent, OutgoingFile, UploadKind } from '@switchboard/engine'
import type { Converter, Prepared, StickerWish, VoiceWish } from './convert/index.ts'
import type { FileFacts } from './file-facts.ts'
import type { MediaKind } from './limits.ts'

/** What a file is to become. Two sends that ask for the same can share what was made. */
export type MediaForm =
  | { readonly kind: 'image' }
  | { readonly kind: 'video'; readonly gif?: boolean; readonly ptv?: boolean }
  | { readonly kind: 'audio'; readonly voice?: boolean; readonly convert?: VoiceWish['convert'] }
  | ({ readonly kind: 'sticker' } & StickerWish)
  | { readonly kind: 'document'; readonly fileName?: string }

/** Under which something made from an uploaded file is found again. The name of a document helps to tell its type, and makes no other file. */
export const formName = (form: MediaForm): string => {
  const { kind, ...wish } = form.kind === 'document' ? { kind: form.kind, extension: extensionOf(form.fileName) } : form
  const said = Object.entries(wish).filter(([, value]) => value !== undefined && value !== false)
  return said.length === 0 ? kind : `${kind} ${JSON.stringify(Object.fromEntries(said.sort()))}`
}

const extensionOf = (fileName: string | undefined): string | undefined =>
  /\.([^.]+)$/.exec(fileName ?? '')?.[1]?.toLowerCase()

/** As what a form is uploaded: its name begins with the kind. */
export const uploadKindOf = (name: string): UploadKind => name.split(' ')[0] as MediaKind

/** Brings a file into its form. @throws AppError media_unreadable, media_kind_mismatch, media_conversion_unavailable, media_too_large, unsupported */
export function inForm(
  converter: Converter,
  path: string,
  form: MediaForm,
  fileName: string | undefined,
): Promise<Prepared> {
  switch (form.kind) {
    case 'image':
      return converter.prepareImage(path)
    case 'video': {
      const { gif = false, ptv = false } = form
      return converter.prepareVideo(path, { gif, ptv })
    }
    case 'audio':
      return form.voice
        ? converter.prepareVoice(path, form.convert === undefined ? {} : { convert: form.convert })
        : converter.prepareAudio(path)
    case 'sticker': {
      const { kind: _, ...wish } = form
      return converter.prepareSticker(path, wish)
    }
    case 'document':
      return converter.prepareDocument(path, form.fileName ?? fileName)
  }
}

/** A file in its form as content, without what its sender adds. */
export function contentOf(form: MediaForm, facts: FileFacts, file: OutgoingFile): MediaContent {
  const { width, height, seconds, pages, thumbnail, waveform, animated } = facts
  const size = { ...(width && { width }), ...(height && { height }) }
  const length = seconds === undefined ? {} : { seconds }
  const picture = thumbnail ? { thumbnail } : {}
  switch (form.kind) {
    case 'image':
      return { type: 'image', file, ...size, ...picture }
    case 'video': {
      const { gif = false, ptv = false } = form
      return { type: 'video', file, ...size, ...length, ...picture, gif, ptv }
    }
    case 'audio':
      return { type: 'audio', file, ...length, ...(form.voice && { ptt: true }), ...(waveform && { waveform }) }
    case 'sticker':
      return { type: 'sticker', file, ...size, animated: animated ?? false }
    case 'document': {
      const fileName = form.fileName ?? facts.fileName ?? `document.${facts.extension}`
      return { type: 'document', file, fileName, ...(pages && { pages }), ...picture }
    }
  }
}
