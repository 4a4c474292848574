import { Page } from '../../ui/page.tsx'
import { Erasures } from './erasures.tsx'
import { Export } from './export.tsx'
import { Retention } from './retention.tsx'
import { protectionWords } from './words.ts'

const Protection = () => {
  const t = protectionWords()
  return (
    <Page title={t.title} lead={t.lead}>
      <Erasures />
      <Retention />
      <Export />
    </Page>
  )
}

export default Protection
