import { defineOperation } from '../../kit/define-operation.ts'
import { SignedIn, signedIn } from './session-shapes.ts'

export default defineOperation({
  method: 'GET',
  path: '/console/session',
  auth: 'session',
  anywhere: true,
  summary: 'Who is signed in to the console',
  response: SignedIn,
  run: (context) => signedIn(context, context.principal.session),
})
