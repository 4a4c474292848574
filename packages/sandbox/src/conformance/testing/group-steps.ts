import assert from 'node:assert/strict'
import { GroupRefused } from '../../phone/groups/group-line.ts'

/** What became of each person in a request of a stock client. */
export function statuses(outcomes: readonly { status: string }[]): string[] {
  return outcomes.map(({ status }) => status)
}

/** That a phone's request is refused with that code. */
export async function refusedWith(code: number, request: Promise<unknown>): Promise<void> {
  await assert.rejects(request, (error) => error instanceof GroupRefused && error.code === code)
}

/** That a stock client's request is refused with that code. */
export async function clientRefused(code: number, request: Promise<unknown>): Promise<void> {
  await assert.rejects(request, (error) => {
    const { data, output } = error as { data?: unknown; output?: { statusCode?: number } }
    assert.ok(data === code || output?.statusCode === code, `${String(error)} ${JSON.stringify(data)}`)
    return true
  })
}
