import { UsageError } from './run-tool.ts'

/** The API key that `--api-key` names. @throws UsageError */
export function apiKeyIdIn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw new UsageError('--api-key is the number of an API key')
}
