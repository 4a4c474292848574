const longest = 240
// Control characters, and those that turn the direction of text so that `exe.txt` looks like `txt.exe`.
const misleading = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** A name that is safe to show and to save under: without folders and without characters that mislead. Undefined when nothing is left of it. */
export function safeFileName(text: string | undefined): string | undefined {
  const name = (text ?? '').replaceAll(misleading, '').split(/[/\\]/).at(-1)!.trim().replace(/^\.+$/, '')
  if (name.length <= longest) return name || undefined
  const extension = /\.[^.]{1,20}$/.exec(name)?.[0] ?? ''
  return `${[...name].slice(0, longest - extension.length).join('')}${extension}`
}

/** The name that the last part of an address is, if it looks like one. */
export function fileNameIn(url: string): string | undefined {
  const part = URL.parse(url)?.pathname.split('/').at(-1) ?? ''
  try {
    const name = safeFileName(decodeURIComponent(part))
    return name?.includes('.') ? name : undefined
  } catch {
    return undefined
  }
}
