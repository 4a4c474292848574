import { effect } from '@preact/signals'
import { render } from 'preact'
import { App } from './app/app.tsx'
import { startRouter } from './app/router.ts'
import { startTheme } from './app/theme.ts'
import { startLive } from './data/live.ts'
import { resumeSession } from './data/sign-in.ts'
import { language } from './words/words.ts'

startTheme()
startRouter()
startLive()
effect(() => {
  document.documentElement.lang = language.value
})
render(<App />, document.getElementById('console')!)
void resumeSession()
