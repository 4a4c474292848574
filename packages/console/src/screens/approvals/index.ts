import { defineScreen } from '../define-screen.ts'

export default defineScreen({
  path: 'approvals',
  icon: 'check',
  title: { en: 'Approvals', de: 'Freigaben' },
  for: ['operator', 'customer', 'device'],
  needs: 'device',
  load: () => import('./screen.tsx'),
})
