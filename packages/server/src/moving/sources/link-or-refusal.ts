import { type MovedDevice, NotMovable } from '@switchboard/engine'

/** A link that could be read, or why it could not. */
export function linkOrRefusal(read: () => MovedDevice): MovedDevice | { readonly refused: string } {
  try {
    return read()
  } catch (error) {
    if (error instanceof NotMovable) return { refused: error.message }
    throw error
  }
}
