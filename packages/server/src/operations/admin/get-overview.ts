import { defineOperation } from '../../kit/define-operation.ts'
import { OverviewShape, overviewView } from './overview-shapes.ts'

export default defineOperation({
  method: 'GET',
  path: '/admin/overview',
  auth: 'admin',
  summary: 'How everything does, and what needs a person',
  description:
    'Devices, messages, what waits, webhooks, and a list of what a person should look at. Cheap enough to be asked every few seconds. For alerts take `/metrics`.',
  response: OverviewShape,
  run: async ({ overviews }) => overviewView(await overviews.read()),
})
