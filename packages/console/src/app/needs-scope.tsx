import type { ComponentChildren } from 'preact'
import { may, type Scope } from '../data/session.ts'
import { common } from '../words/common.ts'

interface NeedsScopeProps {
  readonly scope: Scope
  readonly children: ComponentChildren
}

/** What only some access keys may do. The others read why it is not there. */
export const NeedsScope = ({ scope, children }: NeedsScopeProps) =>
  may(scope) ? children : <p class="note">{common().noScope(scope)}</p>
