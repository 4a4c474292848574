/** A variable holds what it may not. The message is the one line to show; secret values are not in it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}
