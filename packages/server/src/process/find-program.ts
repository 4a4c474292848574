import { accessSync, constants } from 'node:fs'
import path from 'node:path'

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Where a program is: by its path, or by its name in PATH, and then in these folders. */
export const findProgram = (name: string, ...more: readonly string[]): string | undefined => {
  if (name.includes('/') || name.includes('\\')) return isProgram(name) ? path.resolve(name) : undefined
  return [...(process.env['PATH'] ?? '').split(path.delimiter), ...more]
    .map((folder) => path.join(folder, name))
    .find(isProgram)
}
