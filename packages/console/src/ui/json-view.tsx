import { CopyButton } from './copy-button.tsx'

type Json = unknown

const isBranch = (value: Json): value is Json[] | Record<string, Json> => typeof value === 'object' && value !== null

const Leaf = ({ value }: { readonly value: Json }) => {
  if (typeof value === 'string')
    return (
      <span class="json-string" dir="auto">
        {JSON.stringify(value)}
      </span>
    )
  return <span class="json-other">{String(value)}</span>
}

const briefOf = (value: Json[] | Record<string, Json>): string => {
  if (Array.isArray(value)) return `[${value.length}]`
  const names = Object.keys(value)
  return `{ ${names.slice(0, 4).join(', ')}${names.length > 4 ? ', …' : ''} }`
}

const Node = ({
  name,
  value,
  depth,
  open,
}: {
  readonly name?: string
  readonly value: Json
  readonly depth: number
  readonly open: number
}) => {
  const label = name !== undefined && <span class="json-name">{name}: </span>
  if (!isBranch(value))
    return (
      <div class="json-line">
        {label}
        <Leaf value={value} />
      </div>
    )
  const inner = Object.entries(value)
  if (inner.length === 0)
    return (
      <div class="json-line">
        {label}
        {Array.isArray(value) ? '[]' : '{}'}
      </div>
    )
  return (
    <details class="json-branch" open={depth < open}>
      <summary>
        {label}
        <span class="json-brief">{briefOf(value)}</span>
      </summary>
      {inner.map(([key, each]) => (
        <Node key={key} name={key} value={each} depth={depth + 1} open={open} />
      ))}
    </details>
  )
}

/** A value of JSON that opens and closes. @param open how deep it is open at first */
export const JsonView = ({ value, open = 2 }: { readonly value: unknown; readonly open?: number }) => (
  <div class="json">
    <div class="json-copy">
      <CopyButton bare text={JSON.stringify(value, null, 2)} />
    </div>
    <Node value={value} depth={0} open={open} />
  </div>
)
