/** `list-members` as `listMembers`. */
export const camelCase = (words: string): string =>
  words.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** `listMembers` as `list-members`. */
export const kebabCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
