import { useAct } from '../../data/act.ts'
import { customerApi } from '../../data/api.ts'
import { Button } from '../../ui/button.tsx'
import { Section } from '../../ui/page.tsx'
import { protectionWords } from './words.ts'

/** Hands a file over to the browser, as if somebody had followed a link to it. */
const keep = (file: Blob, name: string): void => {
  const url = URL.createObjectURL(file)
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

export const Export = () => {
  const t = protectionWords()
  const { act, running } = useAct()
  const download = async (): Promise<void> => {
    await act(async () => {
      const answer = await customerApi.peek()!.exports.get()
      keep(await answer.blob(), `switchboard-${new Date().toISOString().slice(0, 10)}.tar.gz`)
    })
  }
  return (
    <Section title={t.export}>
      <div class="card stack">
        <p class="quiet">{t.exportText}</p>
        <footer>
          <Button busy={running.value} onClick={() => void download()}>
            {t.download}
          </Button>
        </footer>
      </div>
    </Section>
  )
}
