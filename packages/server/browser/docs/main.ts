import { openLinked } from './anchors.ts'
import { offerCredential } from './credential.ts'
import { all, apiBase } from './dom.ts'
import { showSamples } from './samples.ts'
import { offerSearch } from './search.ts'
import { offerTrials } from './try-it.ts'

// The samples name this server.
for (const block of all('pre[data-address] code'))
  block.textContent = block.textContent?.replace('https://your-server', apiBase) ?? ''
showSamples()
offerTrials()
openLinked()
offerSearch()
await offerCredential()
