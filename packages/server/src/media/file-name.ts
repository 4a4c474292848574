const extensions: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'video/mp4': 'mp4',
  'video/3gpp': '3gp',
  'audio/ogg': 'ogg',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/aac': 'aac',
  'audio/wav': 'wav',
  'application/pdf': 'pdf',
  'application/zip': 'zip',
}

/** What a file is called when it is saved: its own name without folders, or one of its message. */
export function fileNameOf(
  named: string | undefined,
  { type, id, mimetype }: { readonly type: string; readonly id: string; readonly mimetype: string },
): string {
  const [bare = ''] = (named ?? '').split(/[/\\]/).slice(-1)
  // Without what no folder takes, or turns a name around where it is shown.
  const clean = bare.replace(/[\p{Cc}\p{Cf}]/gu, '').trim()
  if (clean !== '' && clean !== '.' && clean !== '..') return clean.slice(0, 200)
  const extension = extensions[mimetype.split(';')[0]!.trim().toLowerCase()]
  return `${type}-${id.replace(/[^A-Za-z0-9_-]/g, '')}${extension ? `.${extension}` : ''}`
}
