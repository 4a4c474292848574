import { href } from '../../app/router.ts'
import { may } from '../../data/session.ts'
import { nextWords } from '../../words/states.ts'

interface NextStepProps {
  readonly id: string
  readonly next: { readonly code: string; readonly text: string }
  /** Keys move through the rows of a table, not through links in them. */
  readonly inRow?: boolean
}

/** Steps that are done on the page Pair. */
const onPair: ReadonlySet<string> = new Set(['login', 'scan'])

/** What to do next with a device, in plain words; a link where a page of the console does it. */
export const NextStep = ({ id, next: { code, text }, inRow }: NextStepProps) => {
  const said = nextWords()[code] ?? text
  if (!onPair.has(code) || !may('admin')) return <>{said}</>
  return (
    <a href={href('pair', { device: id })} tabIndex={inRow ? -1 : undefined}>
      {said}
    </a>
  )
}
