/** What the engine needs of a logger; pino fits. */
export interface EngineLogger {
  debug(data: Record<string, unknown>, message: string): void
  warn(data: Record<string, unknown>, message: string): void
  error(data: Record<string, unknown>, message: string): void
}

const ignore = (): void => {}

export const silentLogger: EngineLogger = { debug: ignore, warn: ignore, error: ignore }

/** The logger that baileys gets. Its own lines carry keys and message contents, so none is ever written; `level` keeps it from building them. */
export const mutedBaileysLogger = {
  level: 'silent',
  child: () => mutedBaileysLogger,
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
}
