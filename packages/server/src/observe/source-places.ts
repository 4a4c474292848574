import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A place in compiled code: `file:///srv/build/0123456789ab/chunk-ABCD.mjs:12:345`. */
const compiled = /(file:\/\/[^\s:]+\/build\/[0-9a-f]{12}\/[\w.-]+)\.mjs:(\d+):(\d+)/g

/** The line with this number, the first is 0. */
const lineAt = (text: string, number: number): string => {
  let start = 0
  for (let passed = 0; passed < number; passed++) {
    start = text.indexOf('\n', start) + 1
    if (start === 0) return ''
  }
  const end = text.indexOf('\n', start)
  return text.slice(start, end < 0 ? undefined : end)
}

/** @param line of the code, the first is 1 @param column the first is 1, as in a trace */
const sourceOf = (places: string, line: number, column: number): string | undefined => {
  const before = lineAt(places, line)
    .split(',')
    .map((place) => place.split(':').map(Number))
    .findLast(([from]) => from !== undefined && from < column)
  const [, file, at] = before ?? []
  return file === undefined ? undefined : `${JSON.parse(lineAt(places, 0))[file]}:${at}`
}

/** A trace with places of the sources instead of those of the compiled code, `packages/server/src/main.ts:12`. What was compiled of other packages stays. Files are
 *  read for it and not kept: traces are rare, and memory is not free. scripts/build/places.ts writes them. */
export const inSources = (stack: string): string => {
  const read = new Map<string, string>()
  return stack.replaceAll(compiled, (place, file: string, line: string, column: string) => {
    try {
      if (!read.has(file)) read.set(file, readFileSync(fileURLToPath(`${file}.places`), 'utf8'))
      return sourceOf(read.get(file)!, Number(line), Number(column)) ?? place
    } catch {
      // Whatever is wrong with the file: a trace with places that say little is better than none.
      return place
    }
  })
}
