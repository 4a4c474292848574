/** Thrown out of a unit by a statement that found its message stored before: WhatsApp delivered it twice. */
export class AlreadyStored extends Error {
  override readonly name = 'AlreadyStored'
}
