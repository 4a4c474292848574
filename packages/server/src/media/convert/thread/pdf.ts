import { readFile } from 'node:fs/promises'

/** First page as pixels, red-green-blue-alpha. */
export interface PdfPreview {
  readonly pages: number
  readonly first?: { readonly rgba: Uint8Array; readonly width: number; readonly height: number }
}

const longestEdge = 200

/** Fails when the file is no PDF or is locked by a password. */
export const readPdf = async (path: string): Promise<PdfPreview> => {
  const { PDFiumLibrary } = await import('@hyzyla/pdfium')
  const library = await PDFiumLibrary.init()
  const document = await library.loadDocument(await readFile(path))
  const pages = document.getPageCount()
  if (pages === 0) return { pages }
  const page = document.getPage(0)
  const { originalWidth, originalHeight } = page.getOriginalSize()
  const scale = longestEdge / Math.max(originalWidth, originalHeight, 1)
  const edge = (length: number): number => Math.max(1, Math.round(length * scale))
  const shown = await page.render({ width: edge(originalWidth), height: edge(originalHeight), render: 'bitmap' })
  return { pages, first: { rgba: shown.data, width: shown.width, height: shown.height } }
}
