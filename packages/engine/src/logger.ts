type Line = (fields: object, message: string) => void

/** Where lines of the log go; pino fits. Never give it keys, contents of messages or URLs with credentials. */
export interface Logger {
  readonly debug: Line
  readonly info: Line
  readonly warn: Line
  readonly error: Line
}

const ignore = (): void => {}

export const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore }
