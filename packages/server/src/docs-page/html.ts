const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as it stands between tags, and in attributes. */
export const html = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => escapes[character]!)

/** Words of the schemas use backquotes for code and nothing else of Markdown. */
export const words = (text: string): string => html(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')

/** Code that keeps its lines. A narrow screen breaks them: nothing is cut off, and nothing has to be scrolled sideways. */
export const code = (text: string, attributes = ''): string => `<pre${attributes}><code>${html(text)}</code></pre>`
