import { defineScreen } from '../define-screen.ts'

export default defineScreen({
  path: 'customers',
  icon: 'people',
  title: { en: 'Customers', de: 'Kunden' },
  for: ['operator'],
  load: () => import('./screen.tsx'),
})
