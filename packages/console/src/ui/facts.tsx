import type { ComponentChild } from 'preact'
import { common } from '../words/common.ts'
import { CopyButton } from './copy-button.tsx'

type Fact = readonly [label: string, value: ComponentChild, options?: { readonly copy?: boolean }]

/** What is known of something, as a list. Facts without a value are left out. */
export const Facts = ({ facts }: { readonly facts: readonly Fact[] }) => (
  <dl class="facts">
    {facts
      .filter(([, value]) => value !== undefined && value !== null && value !== false && value !== '')
      .map(([label, value, { copy } = {}]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            {copy ? <code>{value}</code> : value}
            {copy && typeof value === 'string' && <CopyButton bare text={value} label={`${common().copy}: ${label}`} />}
          </dd>
        </div>
      ))}
  </dl>
)
