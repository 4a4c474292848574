import { refusedField } from '../errors/refused-field.ts'

const isBroken = (text: string): boolean => text.includes('\0') || !text.isWellFormed()

/** Refuses text that could not be stored and sent as it is: with a NUL, or with half of a surrogate pair. @throws AppError invalid_request */
export const refuseBrokenText = (parsed: unknown): void => {
  const left: [path: string, value: unknown][] = [['body', parsed]]
  for (let next = left.pop(); next; next = left.pop()) {
    const [path, value] = next
    if (typeof value === 'string' && isBroken(value)) {
      throw refusedField(path, 'holds a NUL or half of a surrogate pair')
    }
    if (typeof value !== 'object' || value === null) continue
    for (const [name, inner] of Object.entries(value)) left.push([`${path}.${name}`, inner])
  }
}
