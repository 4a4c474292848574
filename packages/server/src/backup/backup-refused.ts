/** A backup cannot be made or restored like this. The message is for people. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused'
}
