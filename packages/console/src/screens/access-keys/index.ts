import { defineScreen } from '../define-screen.ts'

export default defineScreen({
  path: 'access-keys',
  icon: 'key',
  title: { en: 'Access keys', de: 'Zugriffsschlüssel' },
  for: ['operator', 'customer'],
  needs: 'customer',
  load: () => import('./screen.tsx'),
})
