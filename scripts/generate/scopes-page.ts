import { operations } from '../../packages/server/src/generated/operations.ts'
import { scopeOfOperation } from '../../packages/server/src/kit/operation-scopes.ts'
import { scopeMeanings, scopes } from '../../packages/server/src/tenants/scopes.ts'
import { note } from './reference.ts'

const rowOf = ({ id, operation }: (typeof operations)[number]): string =>
  `| \`${operation.method} ${operation.path}\` | \`${id}\` |`

const table = (entries: readonly (typeof operations)[number][]): string =>
  ['| Route | Operation |', '|---|---|', ...entries.map(rowOf)].join('\n')

/** Which scope opens which operation. */
export const scopesPage = (): string => {
  const byScope = Map.groupBy(operations, ({ id, operation }) => scopeOfOperation({ id, ...operation }))
  const sections = scopes.map((scope) => `## ${scope}\n\n${scopeMeanings[scope]}\n\n${table(byScope.get(scope) ?? [])}`)
  const closed = (byScope.get(undefined) ?? []).filter(({ operation }) => operation.auth !== 'none')
  const intro =
    'An access key reaches the operations of its scopes and no others: 403 `forbidden_scope`. No scope holds another one. API keys, device tokens and the admin secret have all of them. How access keys are made: [Who may do what](../guide/access.md#access-keys).'
  const none = `## Closed to access keys\n\nThe operator's operations, the sessions of the console, and access keys themselves.\n\n${table(closed)}`
  return `${[note, '# Scopes', intro, ...sections, none].join('\n\n')}\n`
}
