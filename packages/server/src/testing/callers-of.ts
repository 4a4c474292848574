import type { AuthKind } from '../kit/context.ts'
import type { RegisteredOperation } from '../kit/registered.ts'

/** A kind of caller, by the credential that it has. */
export type CallerKind = Exclude<AuthKind, 'owner' | 'reader'>

/** Who may call an operation: it is asked as each of them. */
export const callersOf = ({ operation: { auth } }: RegisteredOperation): readonly CallerKind[] =>
  auth === 'owner' || auth === 'reader' ? ['device', 'api_key'] : [auth]
