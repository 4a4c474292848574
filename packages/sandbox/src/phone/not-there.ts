/** Somebody or something was named that is not in this world, or not known to this phone. */
export class NotThere extends Error {
  override readonly name = 'NotThere'
}
