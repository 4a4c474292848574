import { session, sessionEnded } from '../data/session.ts'
import { Toasts } from '../ui/toast.tsx'
import { common } from '../words/common.ts'
import { Content } from './content.tsx'
import { Shell } from './shell.tsx'
import { SignIn } from './sign-in.tsx'

export const App = () => (
  <>
    <Inner />
    <Toasts />
  </>
)

const Inner = () => {
  if (session.value === undefined) return <p class="loading-page">{common().loading}</p>
  if (session.value === null) return <SignIn ended={sessionEnded.value} />
  return (
    <Shell>
      <Content />
    </Shell>
  )
}
