const ignore = (): void => {}

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
