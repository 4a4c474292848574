import { signed } from './assertion.ts'
import { askedIn, backWith } from './hand-over.ts'
import { showPanel } from './panel.ts'

// Runs on web.whatsapp.com before anything of that page does. It keeps nothing, and asks nobody but the person.
const asked = askedIn(location.hash)
if (asked && window === window.top) {
  // The address names the page that asked: it is none of WhatsApp's business.
  history.replaceState(null, '', location.pathname)
  showPanel({
    host: asked.back.host,
    sign: async () => location.replace(backWith(asked, await signed(asked.options))),
  })
}
