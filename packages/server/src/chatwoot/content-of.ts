import type { MediaContent } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import type { MediaForm } from '../media/media-form.ts'
import type { OutgoingFiles } from '../media/outgoing-files.ts'
import { fileNameIn } from '../media/safe-file-name.ts'
import type { MadeContent } from '../messages/content-with-file.ts'

/** What a file of an agent may become, best first. Whatever else it is, it is a document. */
const formsFor = (type: string, url: string, voiceNotes: boolean): MediaForm[] => {
  const fileName = fileNameIn(url)
  const document: MediaForm = { kind: 'document', ...(fileName && { fileName }) }
  if (type === 'image') return [{ kind: 'image' }, document]
  if (type === 'video') return [{ kind: 'video' }, document]
  if (type === 'audio')
    return [...(voiceNotes ? [{ kind: 'audio', voice: true } as const] : []), { kind: 'audio' }, document]
  return [document]
}

/** The file is not of that kind, or nothing here makes it so. */
const otherForm: ReadonlySet<string> = new Set([
  'media_kind_mismatch',
  'media_unreadable',
  'media_conversion_unavailable',
  'media_too_large',
])

/** Fetches a file of an agent and brings it into a form that WhatsApp shows. @throws AppError media_fetch_failed, media_too_large, … */
export async function fileContent(
  files: OutgoingFiles,
  deviceId: string,
  given: { readonly url: string; readonly type: string; readonly caption: string; readonly voiceNotes: boolean },
): Promise<MadeContent> {
  const { url, type, caption, voiceNotes } = given
  let last: unknown
  for (const form of formsFor(type, url, voiceNotes)) {
    try {
      const file = await files.prepare(deviceId, { source: 'url', url }, form)
      return { content: withCaption(file.content, caption), file }
    } catch (error) {
      if (!(error instanceof AppError && otherForm.has(error.code))) throw error
      last = error
    }
  }
  throw last
}

const withCaption = (content: MediaContent, caption: string): MediaContent =>
  caption === '' || content.type === 'audio' || content.type === 'sticker' ? content : { ...content, caption }
