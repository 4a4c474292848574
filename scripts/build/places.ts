import path from 'node:path'

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const digitValues = new Map([...digits].map((digit, value) => [digit, value]))

/** The numbers of a segment: base 64, five bits a digit, the lowest first, the sign in the lowest bit (https://tc39.es/ecma426/#sec-base64-vlq). */
const numbersOf = (segment: string): number[] => {
  const numbers: number[] = []
  let [number, shift] = [0, 0]
  for (const digit of segment) {
    const value = digitValues.get(digit)!
    number += (value & 31) << shift
    shift += 5
    if (value & 32) continue
    numbers.push(number & 1 ? -(number >> 1) : number >> 1)
    ;[number, shift] = [0, 0]
  }
  return numbers
}

export interface SourceMap {
  readonly sources: readonly string[]
  readonly mappings: string
}

/** Rewrites a source map into what packages/server/src/observe/source-places.ts reads: a first line with the sources in JSON, and then a line for each line of
 *  the code with `column:source:line` where another line of a source begins, without a source where it is of nobody that is asked for. To look something up one
 *  line is read; a source map has to be read from its beginning.
 *  @param folder of the code, from the root @param isWanted by the path from the root */
export const placesOf = (
  { sources, mappings }: SourceMap,
  folder: string,
  isWanted: (file: string) => boolean,
): string => {
  const files = sources.map((source) => path.posix.join(folder, source))
  const wanted = files.map(isWanted)
  const used = new Map<number, number>()
  let [source, line] = [0, 0]
  const lines = mappings.split(';').map((segments) => {
    let [column, last] = [0, '']
    const places: string[] = []
    for (const segment of segments === '' ? [] : segments.split(',')) {
      const [toColumn = 0, toSource, toLine = 0] = numbersOf(segment)
      column += toColumn
      if (toSource !== undefined) {
        source += toSource
        line += toLine
      }
      let place = ''
      if (toSource !== undefined && wanted[source]) {
        if (!used.has(source)) used.set(source, used.size)
        place = `:${used.get(source)}:${line + 1}`
      }
      if (place !== last) places.push(`${column}${place}`)
      last = place
    }
    return places.join(',')
  })
  return [JSON.stringify([...used.keys()].map((index) => files[index])), ...lines].join('\n')
}
